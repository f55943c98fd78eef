// What is seen: the state stands in the address, so that a view can be kept, sent, and left
// with the browser's own way back.

class Page extends Views {
  constructor(data, host) {
    super();
    this.data = data;
    this.words = data.words;
    this.host = host;
    this.figures = makeFigures(data);
    this.sums = makeSums(data);
    this.span = spanOf(data.vendors);
    this.table = null;
    this.search = "";
    if (this.span) {
      addEventListener("hashchange", () => this.show());
      addEventListener("keydown", (event) => this.key(event));
      addEventListener("beforeprint", () => this.onPaper());
      let wait = 0;
      addEventListener("resize", () => {
        clearTimeout(wait);
        wait = setTimeout(() => this.draw && this.draw(), 150);
      });
    }
    this.show();
  }

  go(changes) {
    const held = document.activeElement && document.activeElement.id;
    if ("vendor" in changes || "agent" in changes) this.search = "";
    this.held = held;
    location.hash = addressOf(this.state, this.data, changes);
  }

  // Escape goes one step up; in the search it empties the search first.
  key(event) {
    const field = document.getElementById("search");
    const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
    if (event.key === "/" && !typing && field) {
      event.preventDefault();
      field.focus();
    }
    if (event.key !== "Escape") return;
    if (event.target === field && field.value) {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    } else if (this.state.agent !== null) {
      this.go({ agent: null });
    } else if (this.state.vendor !== null) {
      this.go({ vendor: null, by: "agent" });
    }
  }

  show() {
    if (!this.span) {
      this.host.replaceChildren(this.head(), h("p", {}, this.words.empty));
      return;
    }
    const former = this.state;
    this.state = readState(this.data, this.span);
    if (former && (former.vendor !== this.state.vendor || former.agent !== this.state.agent)) {
      this.search = "";
    }
    for (const vendor of this.data.vendors) {
      vendor.pick = this.sums.pick(vendor, this.state.period);
    }
    const view = this.state.vendor === null ? this.ofAll() :
      this.state.agent === null ? this.ofVendor() : this.ofAgent();
    if (this.table) this.table.destroy();
    const tableHost = h("div", { id: "table" });
    const chartHost = h("div", { class: "chart" });
    this.host.replaceChildren(...[
      this.head(), this.controls(), this.crumbs(), h("h2", { id: "scope" }, view.title),
      h("p", { class: "sub", id: "against" }, this.against()), this.lacking(view), this.tiles(view), chartHost,
      this.overTable(view), tableHost, ...view.below, this.notes(view), this.glossary(),
      h("p", { class: "note", id: "keys" }, this.words.keys),
    ].filter(Boolean));
    this.view = view;
    this.draw = () => chart(chartHost, view.days, view.series, view.metric, this.figures,
      `${view.metric.label}, ${view.title}, ${this.against()}`);
    this.draw();
    const output = document.getElementById("found");
    this.table = makeTable(tableHost, view, this.words, this.figures, (shown) => {
      output.textContent = this.figures.fill(this.words.found, {
        shown: this.figures.number(shown), all: this.figures.number(view.rows.length),
      });
    });
    this.table.on("tableBuilt", () => {
      if (this.search) searchRows(this.table, this.search);
      document.body.dataset.ready = location.hash || "#";
    });
    const held = this.held && document.getElementById(this.held);
    if (held) held.focus();
    else if (former && former.vendor !== this.state.vendor) this.focusScope();
    else if (former && former.agent !== this.state.agent) this.focusScope();
    this.held = null;
  }

  // Whoever opened a row by keyboard or with a reader goes on at what was opened.
  focusScope() {
    const scope = document.getElementById("scope");
    scope.setAttribute("tabindex", "-1");
    scope.focus();
  }

  head() {
    const { words, figures, data } = this;
    const told = this.span ? figures.fill(words.knownUntil, {
      made: figures.shortDay(data.madeOn), last: figures.shortDay(this.span.last),
    }) + (data.masked ? ` ${words.masked}` : "") : "";
    return h("header", {}, h("div", {}, h("h1", {}, data.title), h("p", { class: "sub" }, told)),
      h("div", {},
        h("button", { type: "button", id: "theme", onclick: () => this.theme() }, words.theme),
        " ", h("button", { type: "button", id: "print", onclick: () => print() }, words.print)));
  }

  theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" :
      matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  controls() {
    const { words, figures, span, state, data } = this;
    const go = (changes) => this.go(changes);
    return h("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
      periodPicker(state, span, words, figures, go),
      comparePicker(state, span, words, figures, go),
      selectOf(words.columns, data.groups.map((group) => [group.name, group.label]),
        state.columns, (columns) => go({ columns }), "columns"),
      selectOf(words.chart, data.measures.map((metric) => [metric.name, metric.label]),
        state.line, (line) => go({ line }), "line"));
  }

  crumbs() {
    const { state, data, words } = this;
    const link = (text, changes) => h("a", { href: addressOf(state, data, changes) }, text);
    const here = (text) => h("span", { "aria-current": "page" }, text);
    const steps = [state.vendor === null ? here(words.all) :
      link(words.all, { vendor: null, agent: null, by: "agent" })];
    if (state.vendor !== null) {
      const title = data.vendors[state.vendor].title;
      steps.push(state.agent === null ? here(title) : link(title, { agent: null }));
      if (state.agent !== null) steps.push(here(this.agentName(state.vendor, state.agent)));
    }
    return h("nav", { "aria-label": words.where },
      h("ol", {}, ...steps.map((step) => h("li", {}, step))));
  }

  against() {
    const { state, figures, words } = this;
    const now = figures.period(state.period);
    if (!state.other) return now;
    return figures.fill(words.against, { now, then: figures.period(state.other) });
  }

  // Say in plain sight that a whole side is missing, so that nobody reads dashes as a fall.
  lacking(view) {
    const { words, figures, state } = this;
    const lines = [];
    if (view.aligned.every(([, one]) => !one.nowDays.length)) lines.push(words.noRows);
    if (state.other && view.aligned.every(([, one]) => !one.thenDays.length)) {
      lines.push(figures.fill(words.noThen, { period: figures.period(state.other) }));
    }
    return lines.length ? h("p", { id: "lacking" }, lines.join(" ")) : null;
  }

  agentName(vendor, agent) {
    return this.data.vendors[vendor].agents[agent - 1] || this.words.unnamed;
  }

  tiles(view) {
    if (!view.cells) return null;
    const { figures } = this;
    return h("dl", { class: "tiles", id: "tiles" },
      ...this.metricsOf([view.cells]).map((metric) => {
        const cell = view.cells[metric.name];
        return h("div", { title: cell.told, "data-measure": metric.name },
          h("dt", {}, metric.label),
          h("dd", {}, figures.figure(metric, cell.value),
            h("small", {}, cell.earlier === undefined ? "" : figures.change(metric, cell))));
      }));
  }

  overTable(view) {
    const { words, state } = this;
    const field = h("input", {
      type: "search", id: "search", value: this.search, autocomplete: "off",
      oninput: () => {
        this.search = field.value;
        searchRows(this.table, field.value);
      },
    });
    const way = (by, text) => h("button", {
      type: "button", id: `by-${by}`, "aria-pressed": String(state.by === by),
      onclick: () => this.go({ by }),
    }, text);
    const ways = state.vendor !== null && state.agent === null ?
      h("div", { role: "group", "aria-label": words.rows },
        way("agent", words.byAgent), way("day", words.byDay)) : null;
    return h("div", { class: "over" }, ways,
      h("label", {}, h("span", {}, `${words.search} (${view.head.toLowerCase()})`), field),
      h("output", { id: "found", for: "search", "aria-live": "polite" }));
  }

  notes(view) {
    const { words, figures, state } = this;
    const lines = [words.undefined, words.strict];
    if (state.other) lines.unshift(words.usualNote, words.byWorkingDay);
    for (const [vendor, { cut, nowDays }] of view.aligned) {
      if (cut && state.other && vendor.lastDay >= state.period.from) {
        lines.unshift(figures.fill(words.cut, {
          vendor: vendor.title, last: figures.shortDay(vendor.lastDay),
          now: figures.period(state.period), n: figures.number(nowDays.length),
        }));
      }
    }
    lines.push(words.classes, words.distinct);
    const sources = view.aligned.flatMap(([vendor]) => vendor.months
      .filter(([from, to]) => from <= state.period.to && to >= state.period.from)
      .flatMap(([, , told]) => told.map((line) => (view.aligned.length > 1 ?
        `${vendor.title}. ${line}` : line))));
    return h("details", { id: "notes", open: view.aligned.length === 1 },
      h("summary", {}, words.notesOf),
      ...[...lines, ...new Set(sources)].map((line) => h("p", { class: "note" }, line)));
  }

  glossary() {
    const items = this.data.measures.flatMap((metric) => [
      h("dt", {}, metric.label),
      h("dd", {}, metric.denominator === null ? metric.numerator :
        `${metric.numerator} / ${metric.denominator}`)]);
    return h("details", { id: "glossary" }, h("summary", {}, this.words.glossary),
      h("dl", {}, ...items));
  }

  onPaper() {
    for (const old of document.querySelectorAll("table.paper")) old.remove();
    if (this.table) {
      document.getElementById("table").after(
        paperTable(this.table, this.view, this.words, this.figures));
    }
  }
}

(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const host = document.getElementById("app");
  if (typeof DecompressionStream === "undefined") {
    host.append(h("p", {}, data.words.old));
    return;
  }
  await unpack(data.vendors, document.getElementById("rows").textContent);
  document.getElementById("rows").remove();
  document.body.page = new Page(data, host);
})();
