// Controls that choose a period: a kind, and a month, a week, a day or two days of it.

function selectOf(label, options, chosen, onchange, id) {
  const select = h("select", { id, onchange: () => onchange(select.value) },
    ...options.map(([value, text]) => h("option", { value }, text)));
  select.value = chosen;
  return h("label", {}, h("span", {}, label), select);
}

// Return the months or weeks of the data, the latest first.
function choices(kind, first, last) {
  const of = kind === "month" ? monthOf : weekOf;
  const found = [];
  for (let one = of(last); one.to >= first; one = of(one.from - 1)) found.push(one);
  return found;
}

function asKind(kind, period, first, last) {
  const day = Math.min(Math.max(period.to, first), last);
  if (kind === "month") return monthOf(day);
  if (kind === "week") return weekOf(day);
  if (kind === "day") return { kind: "day", from: day, to: day };
  return { kind: "range", from: period.from, to: period.to };
}

function periodInputs(id, period, span, words, figures, choose) {
  const { first, last } = span;
  if (period.kind === "month" || period.kind === "week") {
    const options = choices(period.kind, first, last).map((one) => [
      spell(one), period.kind === "week" ? `${figures.period(one)} (${spell(one).slice(5)})` :
        figures.period(one)]);
    const chosen = spell(period);
    // what is compared may lie before everything delivered
    if (!options.some(([value]) => value === chosen)) {
      options.push([chosen, figures.period(period)]);
    }
    return [selectOf(words[period.kind], options, chosen, choose, `${id}-at`)];
  }
  const input = (day, name, label, take) => {
    const field = h("input", {
      type: "date", id: `${id}-${name}`, value: iso(day), min: iso(first), max: iso(last),
      onchange: () => {
        const read = readDay(field.value);
        if (read !== null) take(read);
      },
    });
    return h("label", {}, h("span", {}, label), field);
  };
  if (period.kind === "day") {
    return [input(period.from, "day", words.day, (day) => choose(iso(day)))];
  }
  // a first day after the last one takes the last one along, and the other way round
  return [
    input(period.from, "from", words.from,
      (day) => choose(`${iso(day)}..${iso(Math.max(day, period.to))}`)),
    input(period.to, "to", words.to,
      (day) => choose(`${iso(Math.min(day, period.from))}..${iso(day)}`)),
  ];
}

const KIND_NAMES = ["month", "week", "day", "range"];

function periodPicker(state, span, words, figures, go) {
  const kinds = KIND_NAMES.map((kind) => [kind, words[kind]]);
  return h("fieldset", { id: "period" }, h("legend", {}, words.period),
    selectOf(words.kind, kinds, state.period.kind,
      (kind) => go({ period: asKind(kind, state.period, span.first, span.last) }), "period-kind"),
    ...periodInputs("period", state.period, span, words, figures,
      (text) => go({ period: readPeriod(text) })));
}

function comparePicker(state, span, words, figures, go) {
  const kinds = [["previous", words.previous], ["year", words.year], ["none", words.none],
    ...KIND_NAMES.map((kind) => [kind, words[kind]])];
  const own = typeof state.compare === "object";
  return h("fieldset", { id: "compare" }, h("legend", {}, words.compare),
    selectOf(words.kind, kinds, own ? state.compare.kind : state.compare, (kind) => {
      if (!KIND_NAMES.includes(kind)) go({ compare: kind });
      else {
        const start = state.other || before(state.period);
        go({ compare: asKind(kind, start, span.first, span.last) });
      }
    }, "compare-kind"),
    ...(own ? periodInputs("compare", state.compare, span, words, figures,
      (text) => go({ compare: readPeriod(text) })) : []));
}
