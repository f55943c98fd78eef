// What a view holds: rows with their figures, the days and lines of the chart, what is below.

class Views {
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
}
