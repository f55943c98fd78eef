// The contract bank: where every company stands, on the last known month end of a period.

function endOf(bank, day) {
  const known = bank.ends.filter(([on]) => on <= day);
  return known.length ? known[known.length - 1] : null;
}

function bankSection(vendor, now, then, words, figures) {
  const { bank } = vendor;
  if (!bank) {
    return h("section", { id: "bank" }, h("p", { class: "note" }, words.noBank));
  }
  // without a single move every company stands where it was handed over
  const end = bank.ends.length ? endOf(bank, now.to) :
    [bank.on, Object.fromEntries(bank.stages.map((stage) => [stage.name, stage.now]))];
  if (!end) {
    return h("section", { id: "bank" }, h("p", { class: "note" }, figures.fill(words.bankBefore,
      { day: figures.shortDay(bank.ends[0][0]) })));
  }
  const former = then ? endOf(bank, then.to) : null;
  const [on, counts] = end;
  const most = Math.max(1, ...bank.stages.map((stage) => counts[stage.name] || 0));
  const whole = (n) => (n === null || n === undefined ? DASH : figures.number(n));
  const apart = former && former[0] !== on;
  const heads = [words.stage, words.companies,
    ...(apart ? [figures.fill(words.companiesThen, { day: figures.shortDay(former[0]) })] : []),
    "", words.came, words.medianDays, words.waiting];
  const rows = bank.stages.map((stage) => {
    const count = counts[stage.name] || 0;
    const bar = s("svg", { width: 120, height: 12, "aria-hidden": "true", class: "bar" },
      s("rect", { width: Math.max((118 * count) / most, count ? 1 : 0), height: 12 }));
    return h("tr", {}, h("th", { scope: "row" }, stage.label), h("td", {}, whole(count)),
      ...(apart ? [h("td", {}, whole(former[1][stage.name] || 0))] : []),
      h("td", { class: "bars" }, bar), h("td", {}, whole(stage.reached)),
      h("td", {}, whole(stage.median)), h("td", {}, whole(stage.waiting)));
  });
  return h("section", { id: "bank" },
    h("h3", {}, figures.fill(words.bank, { day: figures.shortDay(on) })),
    h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": words.stage },
      h("table", {},
        h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, ...rows))),
    ...bank.lines.map((line) => h("p", { class: "note" }, line)),
    h("p", { class: "note" },
      figures.fill(words.vanished, { n: figures.number(bank.vanished) })),
    h("p", { class: "note" },
      figures.fill(words.bankNote, { day: figures.shortDay(bank.on) })));
}
