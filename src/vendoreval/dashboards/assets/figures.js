// Figures, days and periods as people write them in the page's language.

const DASH = "\u2014";
const MINUS = "\u2212";

function makeFigures(data) {
  const locale = data.lang === "ru" ? "ru-RU" : "en-US";
  const formats = new Map();
  const number = (value, decimals = 0) => {
    if (!formats.has(decimals)) {
      formats.set(decimals, new Intl.NumberFormat(locale, {
        minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: true,
      }));
    }
    // halves go up, also those that binary numbers hold a little too low
    const steady = Number(value.toPrecision(15));
    const text = formats.get(decimals).format(Math.abs(steady)).replace(/\u202f/g, "\u00a0");
    return steady < 0 && /[1-9]/.test(text) ? MINUS + text : text;
  };
  const percent = (share, decimals = 1) =>
    number(share * 100, decimals) + (data.lang === "ru" ? "\u00a0%" : "%");
  const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

  function figure(metric, value) {
    if (!known(value)) return DASH;
    if (metric.unit === "share") return percent(value, Math.abs(value) < 1 ? 1 : 0);
    if (metric.unit === "money") return number(value, Math.abs(value) < 1000 ? 2 : 0);
    let decimals = { ratio: 2, h: 1 }[metric.unit] || 0;
    if (metric.unit === "count" && value !== Math.round(value) && value < 20) decimals = 1;
    return number(value, decimals);
  }

  // Differences of shares stand in points, of all else in per cent.
  function change(metric, cell) {
    if (metric.unit === "share") {
      if (!known(cell.value) || !known(cell.earlier)) return "";
      const points = (cell.value - cell.earlier) * 100;
      return `${points > 0 ? "+" : ""}${number(points, 1)}\u00a0${data.words.pp}`;
    }
    if (!known(cell.change)) return "";
    return (cell.change > 0 ? "+" : "") + percent(cell.change, 0);
  }

  const shortDay = (day) => {
    const [year, month, on] = parts(day);
    return `${two(on)}.${two(month)}.${year}`;
  };
  const weekday = (day) => data.weekdays[weekdayOf(day)];
  const month = (day) => {
    const [year, number_] = parts(day);
    return `${data.months[number_ - 1]} ${year}`;
  };
  function period(one) {
    if (one.kind === "month") return month(one.from);
    if (one.from === one.to) return `${weekday(one.from)} ${shortDay(one.from)}`;
    return `${shortDay(one.from)}\u2013${shortDay(one.to)}`;
  }
  const fill = (template, values) =>
    template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  return { number, percent, figure, change, shortDay, weekday, month, period, known, fill };
}
