// Stretches of whole days, as days since 1970: from is the first, to is the last one.
// They are written as on the command line: 2026-10, 2026-W41, 2026-10-05, 2026-10-05..2026-10-11.

const DAY_MS = 86400000;
const two = (n) => String(n).padStart(2, "0");

function dayOf(year, month, day) {
  return Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
}

function parts(day) {
  const at = new Date(day * DAY_MS);
  return [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
}

function iso(day) {
  const [year, month, on] = parts(day);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(on)}`;
}

// 0 is Monday; the first day of 1970 was a Thursday
const weekdayOf = (day) => (((day + 3) % 7) + 7) % 7;

function monthOf(day) {
  const [year, month] = parts(day);
  return { kind: "month", from: dayOf(year, month, 1), to: dayOf(year, month + 1, 1) - 1 };
}

function weekOf(day) {
  const from = day - weekdayOf(day);
  return { kind: "week", from, to: from + 6 };
}

function weekName(from) {
  // the year of a week is that of its Thursday
  const [year] = parts(from + 3);
  const first = weekOf(dayOf(year, 1, 4)).from;
  return `${year}-W${two((from - first) / 7 + 1)}`;
}

function spell(period) {
  if (period.kind === "month") return iso(period.from).slice(0, 7);
  if (period.kind === "week") return weekName(period.from);
  if (period.kind === "day") return iso(period.from);
  return `${iso(period.from)}..${iso(period.to)}`;
}

function readDay(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || "");
  if (!found) return null;
  const day = dayOf(Number(found[1]), Number(found[2]), Number(found[3]));
  return iso(day) === text ? day : null;
}

// Return the period that is written, null if it is none.
function readPeriod(text) {
  const month = /^(\d{4})-(\d{2})$/.exec(text || "");
  if (month && Number(month[2]) >= 1 && Number(month[2]) <= 12) {
    return monthOf(dayOf(Number(month[1]), Number(month[2]), 1));
  }
  const week = /^(\d{4})-W(\d{2})$/.exec(text || "");
  if (week) {
    const from = weekOf(dayOf(Number(week[1]), 1, 4)).from + (Number(week[2]) - 1) * 7;
    return weekName(from) === text ? { kind: "week", from, to: from + 6 } : null;
  }
  const [first, last] = String(text || "").split("..").map(readDay);
  if (first === null || first === undefined) return null;
  if (last === undefined) return { kind: "day", from: first, to: first };
  return last === null || last < first ? null : { kind: "range", from: first, to: last };
}

// The month before a month, else as many days before.
function before(period) {
  if (period.kind === "month") return monthOf(period.from - 1);
  const days = period.to - period.from + 1;
  return { kind: period.kind, from: period.from - days, to: period.from - 1 };
}

function yearEarlier(period) {
  const [year, month, day] = parts(period.from);
  if (period.kind === "month") return monthOf(dayOf(year - 1, month, 1));
  // 52 whole weeks keep the days of the week
  if (period.kind !== "range") {
    return { kind: period.kind, from: period.from - 364, to: period.to - 364 };
  }
  const from = dayOf(year - 1, month, day);
  return { kind: "range", from, to: from + (period.to - period.from) };
}

const inside = (days, period) => days.filter((day) => day >= period.from && day <= period.to);

// Set a period against another one for one vendor: a period that is not over yet is cut off
// where deliveries end, and the other one after the same number of working days.
function align(vendor, period, other) {
  const last = vendor.lastDay === null ? period.to : vendor.lastDay;
  const cut = last < period.to;
  const now = { from: period.from, to: Math.min(period.to, last) };
  const nowDays = inside(vendor.workingDays, now);
  if (!other) return { now, nowDays, then: null, thenDays: [], cut };
  let then = { from: other.from, to: other.to };
  let thenDays = inside(vendor.workingDays, then);
  if (cut) {
    thenDays = thenDays.slice(0, nowDays.length);
    if (thenDays.length) then = { from: other.from, to: thenDays[thenDays.length - 1] };
  }
  return { now, nowDays, then, thenDays, cut };
}
