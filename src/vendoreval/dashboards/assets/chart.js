// Lines as SVG: they follow the page's colours, print, and need no canvas.

const SVG = "http://www.w3.org/2000/svg";

// Every text goes in as text and never as markup.
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Split at what is undefined: a gap is no line.
function paths(points) {
  const found = [];
  let open = false;
  for (const point of points) {
    if (point === null) {
      open = false;
    } else {
      const [x, y] = point.map((n) => Math.round(n * 10) / 10);
      found.push(`${open ? "L" : "M"}${x} ${y}`);
      open = true;
    }
  }
  return found.join("");
}

function sparkline(values) {
  const known = values.filter((value) => value !== null);
  const svg = s("svg", { width: 76, height: 20, "aria-hidden": "true", class: "spark" });
  if (known.length < 2) return svg;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const step = 70 / Math.max(values.length - 1, 1);
  const points = values.map((value, place) =>
    value === null ? null : [3 + place * step, 17 - (14 * (value - low)) / (high - low || 1)]);
  svg.append(s("path", { d: paths(points) }));
  const last = points.filter((point) => point !== null).pop();
  svg.append(s("circle", { cx: last[0], cy: last[1], r: 2 }));
  return svg;
}

function niceTop(value) {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((n) => n * size).find((n) => n >= value) || value;
}

// series: [{label, values, faint}]; every series has a value or null for each of the days.
function chart(host, days, series, metric, figures, label) {
  host.replaceChildren();
  const known = series.flatMap((one) => one.values).filter((value) => value !== null);
  if (!known.length || !days.length) return;
  const width = Math.max(host.clientWidth || 640, 260);
  const height = 210;
  const top = niceTop(Math.max(...known));
  const texts = [0, top / 2, top].map((value) => figures.figure(metric, value));
  const left = 14 + 7 * Math.max(...texts.map((text) => text.length));
  const right = 12;
  const x = (place) =>
    left + ((width - left - right) * (days.length === 1 ? 0.5 : place / (days.length - 1)));
  const y = (value) => 12 + (height - 44) * (1 - value / top);
  const svg = s("svg", {
    width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label,
  });
  texts.forEach((text, place) => {
    const at = y((top * place) / 2);
    svg.append(s("line", { x1: left, x2: width - right, y1: at, y2: at, class: "rule" }));
    svg.append(s("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, text));
  });
  const marks = new Set([0, Math.floor((days.length - 1) / 2), days.length - 1]);
  for (const place of marks) {
    const anchor = days.length === 1 ? "middle" : place === 0 ? "start" :
      place === days.length - 1 ? "end" : "middle";
    svg.append(s("text", { x: x(place), y: height - 12, "text-anchor": anchor },
      figures.shortDay(days[place])));
  }
  series.forEach((one, number) => {
    const points = one.values.map((value, place) =>
      value === null ? null : [x(place), y(value)]);
    const kind = one.faint ? "faint" : `line${number % 8}`;
    svg.append(s("path", { d: paths(points), class: `curve ${kind}` }));
    if (days.length > 70 && points.some((point) => point !== null)) return;
    points.forEach((point, place) => {
      if (point === null) return;
      const said = `${one.label}, ${figures.shortDay((one.days || days)[place])}: ` +
        figures.figure(metric, one.values[place]);
      svg.append(s("circle", { cx: point[0], cy: point[1], r: 3, class: `dot ${kind}` },
        s("title", {}, said)));
    });
  });
  host.append(svg);
  if (series.length > 1) {
    host.append(h("ul", { class: "legend" }, ...series.map((one, number) =>
      h("li", {}, h("i", { class: one.faint ? "faint" : `line${number % 8}` }), one.label))));
  }
}
