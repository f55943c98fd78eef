// What is seen: the state stands in the address, so that a view can be kept, sent, and left
// with the browser's own way back.

function spanOf(vendors) {
  const first = vendors.filter((v) => v.workingDays.length).map((v) => v.workingDays[0]);
  const last = vendors.filter((v) => v.lastDay !== null).map((v) => v.lastDay);
  if (!first.length) return null;
  return { first: Math.min(...first), last: Math.max(...last) };
}

function readState(data, span) {
  const told = new URLSearchParams(location.hash.slice(1));
  const vendor = data.vendors.findIndex((one) => one.name === told.get("vendor"));
  const agent = Number(told.get("agent"));
  const compare = told.get("compare") || "previous";
  const groups = data.groups.map((group) => group.name);
  const names = data.measures.map((metric) => metric.name);
  const state = {
    // the month of the last delivered day
    period: readPeriod(told.get("period")) || monthOf(span.last),
    compare: ["previous", "year", "none"].includes(compare) ? compare :
      readPeriod(compare) || "previous",
    vendor: vendor < 0 ? null : vendor, agent: null,
    by: told.get("by") === "day" ? "day" : "agent",
    columns: groups.includes(told.get("columns")) ? told.get("columns") : groups[0],
    line: names.includes(told.get("line")) ? told.get("line") : names[0],
  };
  if (state.vendor !== null && Number.isInteger(agent) && agent >= 1 &&
      agent <= data.vendors[state.vendor].agents.length) state.agent = agent;
  state.other = state.compare === "previous" ? before(state.period) :
    state.compare === "year" ? yearEarlier(state.period) :
      state.compare === "none" ? null : state.compare;
  return state;
}

function addressOf(state, data, changes = {}) {
  const next = { ...state, ...changes };
  const told = new URLSearchParams();
  told.set("period", spell(next.period));
  told.set("compare", typeof next.compare === "object" ? spell(next.compare) : next.compare);
  if (next.vendor !== null) told.set("vendor", data.vendors[next.vendor].name);
  if (next.vendor !== null && next.agent !== null) told.set("agent", String(next.agent));
  if (next.by !== "agent") told.set("by", next.by);
  told.set("columns", next.columns);
  told.set("line", next.line);
  return `#${told}`;
}

class Page {
  constructor(data, host) {
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

  cells(vendor, now, then) {
    const { figures, sums } = this;
    const cells = {};
    for (const metric of this.data.measures) {
      const cell = sums.cell(vendor, metric, now, then);
      cell.told = this.told(metric, cell, now);
      if (!this.state.other) cell.earlier = undefined;
      else if (figures.known(cell.earlier)) {
        cell.told += `\n${figures.fill(this.words.earlierPeriod, {
          value: figures.figure(metric, cell.earlier) })}`;
      }
      cells[metric.name] = cell;
    }
    return cells;
  }

  // What a ratio is made of: numerator and denominator with their sums.
  told(metric, cell, facts) {
    const { figures } = this;
    if (!facts || cell.value === null) return this.words.undefined;
    const part = (word, value) => `${word}: ${figures.number(value, value % 1 ? 2 : 0)}`;
    const top = part(metric.numerator, facts[metric.top]);
    return metric.bottom === null ? top :
      `${top}\n/ ${part(metric.denominator, facts[metric.bottom])}`;
  }

  // Measures of the chosen columns of which anything is known.
  metricsOf(list) {
    const group = this.data.groups.find((one) => one.name === this.state.columns);
    const known = (cell) => this.figures.known(cell.value) || this.figures.known(cell.earlier);
    return group.measures.map((name) => this.sums.metrics.get(name))
      .filter((metric) => list.some((cells) => known(cells[metric.name])));
  }

  // The most first, where the first column tells it.
  mostFirst(rows) {
    const [first] = this.metricsOf(rows.map((row) => row.cells));
    return first ? { by: first.name, dir: "desc" } : { by: "label", dir: "asc" };
  }

  standing(now, then) {
    if (!this.state.other || (now && then)) return "";
    return now ? this.words.newOne : this.words.goneOne;
  }

  facts(vendor) {
    const aligned = align(vendor, this.state.period, this.state.other);
    const { now, then, nowDays, thenDays, cut } = aligned;
    const of = (span, days, full) =>
      (span && span.to >= span.from ? this.sums.byAgent(vendor, span, days, full) : new Map());
    return {
      ...aligned, current: of(now, nowDays, cut ? this.state.period : null),
      earlier: of(then, thenDays, null),
    };
  }

  // A single day is seen within the working days that led to it.
  chartDays(vendor, aligned) {
    if (aligned.nowDays.length > 1) return aligned.nowDays;
    return vendor.workingDays.filter((day) => day <= aligned.now.to).slice(-20);
  }

  lineOf(vendor, days, agent, metric) {
    if (!days.length) return [];
    const values = this.sums.byDay(vendor, { from: days[0], to: days[days.length - 1] }, agent);
    return days.map((day) => this.sums.value(metric, values.get(day)));
  }

  seriesOf(vendor, aligned, agent, label, metric) {
    const days = this.chartDays(vendor, aligned);
    const series = [{ label, values: this.lineOf(vendor, days, agent, metric) }];
    if (aligned.thenDays.length && aligned.nowDays.length > 1) {
      const thenDays = aligned.thenDays.slice(0, days.length);
      series.push({
        label: this.figures.period(this.state.other), faint: true, days: thenDays,
        values: this.lineOf(vendor, thenDays, agent, metric),
      });
      series[0].label = this.figures.period(this.state.period);
    }
    return { days, series };
  }

  ofAll() {
    const { data, words, state, sums } = this;
    const metric = sums.metrics.get(state.line);
    const aligned = data.vendors.map((vendor) => this.facts(vendor));
    const every = new Set();
    aligned.forEach((one, place) =>
      this.chartDays(data.vendors[place], one).forEach((day) => every.add(day)));
    const days = [...every].sort((a, b) => a - b);
    const rows = data.vendors.map((vendor, place) => {
      const { current, earlier } = aligned[place];
      const cells = this.cells(vendor, current.get(0), earlier.get(0));
      return {
        key: place, order: vendor.title, label: vendor.title, cells,
        standing: this.standing(current.get(0), earlier.get(0)),
        href: addressOf(state, data, { vendor: place, agent: null }),
        line: this.lineOf(vendor, days, 0, metric),
      };
    });
    const loudest = rows.filter((row) => row.line.some((value) => value !== null)).slice(0, 8);
    return {
      title: words.all, head: words.vendor, rows, metric, days, lang: data.lang,
      metrics: this.metricsOf(rows.map((row) => row.cells)), sort: { by: "label", dir: "asc" },
      series: loudest.map((row) => ({ label: row.label, values: row.line })), below: [],
      aligned: data.vendors.map((vendor, place) => [vendor, aligned[place]]), cells: null,
    };
  }

  ofVendor() {
    const { data, state, sums, words } = this;
    const vendor = data.vendors[state.vendor];
    const metric = sums.metrics.get(state.line);
    const aligned = this.facts(vendor);
    const cells = this.cells(vendor, aligned.current.get(0), aligned.earlier.get(0));
    const { days, series } = this.seriesOf(vendor, aligned, 0, vendor.title, metric);
    const rows = state.by === "day" ? this.dayRows(vendor, aligned, 0) :
      this.agentRows(vendor, aligned, days, metric);
    return {
      title: vendor.title, head: state.by === "day" ? words.day : words.agent, rows, metric, days,
      series, lang: data.lang, metrics: this.metricsOf(rows.map((row) => row.cells)),
      sort: state.by === "day" ? { by: "label", dir: "asc" } : this.mostFirst(rows),
      below: [bankSection(vendor, aligned.now, aligned.then, words, this.figures)],
      aligned: [[vendor, aligned]], cells,
    };
  }

  ofAgent() {
    const { data, state, sums, words } = this;
    const vendor = data.vendors[state.vendor];
    const metric = sums.metrics.get(state.line);
    const aligned = this.facts(vendor);
    const { agent } = state;
    const name = this.agentName(state.vendor, agent);
    const cells = this.cells(vendor, aligned.current.get(agent), aligned.earlier.get(agent));
    const rows = this.dayRows(vendor, aligned, agent);
    return {
      title: `${name}, ${vendor.title}`, head: words.day, rows, metric, lang: data.lang,
      ...this.seriesOf(vendor, aligned, agent, name, metric),
      metrics: this.metricsOf(rows.map((row) => row.cells)), sort: { by: "label", dir: "asc" },
      below: [], aligned: [[vendor, aligned]], cells,
    };
  }

  agentRows(vendor, aligned, days, metric) {
    const { state, data, sums } = this;
    const { current, earlier } = aligned;
    const agents = [...new Set([...current.keys(), ...earlier.keys()])].filter((n) => n > 0);
    const span = days.length ? { from: days[0], to: days[days.length - 1] } : null;
    const lines = span ? sums.lines(vendor, span, metric) : new Map();
    return agents.map((agent) => {
      const values = new Map(lines.get(agent) || []);
      const label = this.agentName(state.vendor, agent);
      return {
        key: agent, order: label, label,
        cells: this.cells(vendor, current.get(agent), earlier.get(agent)),
        standing: this.standing(current.get(agent), earlier.get(agent)),
        href: addressOf(state, data, { agent, by: "agent" }),
        line: days.map((day) => (values.has(day) ? values.get(day) : null)),
      };
    });
  }

  // Each day beside the same working day of the other period.
  dayRows(vendor, aligned, agent) {
    const { sums, figures, state, data } = this;
    const now = sums.byDay(vendor, aligned.now, agent);
    const then = aligned.then ? sums.byDay(vendor, aligned.then, agent) : new Map();
    const pairs = new Map(aligned.nowDays.map((day, place) => [day, aligned.thenDays[place]]));
    return [...new Set([...now.keys(), ...pairs.keys()])].sort((a, b) => a - b).map((day) => ({
      key: day, order: day, label: `${figures.weekday(day)} ${figures.shortDay(day)}`,
      cells: this.cells(vendor, now.get(day), then.get(pairs.get(day))),
      // the days of a vendor open as that day by agent; those of an agent are the last step
      href: agent ? null : addressOf(state, data,
        { period: { kind: "day", from: day, to: day }, by: "agent" }),
      standing: pairs.get(day) === undefined || !this.state.other ? "" :
        `\u2190 ${figures.shortDay(pairs.get(day))}`,
    }));
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
