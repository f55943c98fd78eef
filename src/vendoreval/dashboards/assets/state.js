// The state of the view as it stands in the address.

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
