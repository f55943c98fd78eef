// Tables by Tabulator: sorting, searching, many rows; links and heads are reached by keyboard.

function headOf(text, words) {
  return () => h("button", { type: "button", title: words.sortBy.replace("{column}", text) }, text);
}

function figureCell(metric, cell, figures) {
  const change = cell.earlier === undefined ? "" : figures.change(metric, cell);
  return h("span", { class: "figure", title: cell.told },
    h("span", { class: "value" }, figures.figure(metric, cell.value)),
    h("small", {}, change || "\u00a0"));
}

function labelCell(row) {
  const name = row.href ? h("a", { href: row.href }, row.label) : h("span", {}, row.label);
  return h("span", { class: "name" }, name, row.standing ? h("small", {}, row.standing) : null);
}

function columnsOf(spec, words, figures) {
  const first = {
    title: spec.head, field: "label", frozen: true, headerSort: true, minWidth: 150,
    titleFormatter: headOf(spec.head, words),
    sorter: (a, b, one, two) => {
      const [x, y] = [one.getData().order, two.getData().order];
      return typeof x === "number" ? x - y : String(x).localeCompare(String(y), spec.lang,
        { numeric: true });
    },
    formatter: (cell) => labelCell(cell.getData()),
  };
  const lines = spec.rows.some((row) => row.line) ? [{
    title: words.line, field: "line", headerSort: false, width: 96, resizable: false,
    formatter: (cell) => (cell.getValue() ? sparkline(cell.getValue()) : h("span")),
  }] : [];
  const shown = spec.metrics.map((metric) => ({
    title: metric.label, field: metric.name, hozAlign: "right", headerHozAlign: "right",
    sorter: "number", sorterParams: { alignEmptyValues: "bottom" }, minWidth: 98,
    headerSortStartingDir: "desc", titleFormatter: headOf(metric.label, words),
    formatter: (cell) => figureCell(metric, cell.getData().cells[metric.name], figures),
  }));
  return [first, ...lines, ...shown];
}

// Rows with a value for each measure, so that the library can sort by it.
function flat(row) {
  const values = Object.entries(row.cells).map(([name, cell]) => [name, cell.value]);
  return { ...row, ...Object.fromEntries(values) };
}

function makeTable(host, spec, words, figures, onrows) {
  const table = new Tabulator(host, {
    data: spec.rows.map(flat), columns: columnsOf(spec, words, figures),
    index: "key", layout: "fitColumns", maxHeight: "70vh", rowHeight: 40,
    initialSort: [{ column: spec.sort.by, dir: spec.sort.dir }], columnHeaderSortMulti: true,
    placeholder: () => h("span", {}, spec.rows.length ? words.nothingFound : words.noRows),
    headerSortElement: "<i></i>", selectableRows: false, columnDefaults: { tooltip: false, headerWordWrap: true },
  });
  host.setAttribute("aria-label", spec.title);
  table.on("dataFiltered", (filters, rows) => onrows(rows.length));
  host.addEventListener("keydown", (event) => moveBetweenRows(event, host, table));
  return table;
}

function moveBetweenRows(event, host, table) {
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const link = event.target.closest(".tabulator-row a");
  if (!link) return;
  const rows = table.getRows("active");
  const here = rows.findIndex((row) => row.getElement().contains(link));
  const last = rows.length - 1;
  const wanted = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: last }[event.key];
  const row = rows[Math.min(Math.max(wanted, 0), last)];
  event.preventDefault();
  focusRow(row);
}

// A row far away is drawn once it is scrolled to, and drawn anew some frames later: it is
// focused until that holds.
function focusRow(row) {
  const link = () => {
    const element = row.getElement();
    // a view that was left meanwhile has no rows any more
    const found = element && element.querySelector ? element.querySelector("a") : null;
    return found && found.isConnected ? found : null;
  };
  if (!link()) row.scrollTo("center", true).catch(() => null);
  let [frames, held] = [40, 0];
  const hold = () => {
    if (link() && document.activeElement === link()) held += 1;
    else if (link()) link().focus();
    frames -= 1;
    if (frames > 0 && held < 5) requestAnimationFrame(hold);
  };
  hold();
}

function searchRows(table, text) {
  const wanted = text.trim().toLocaleLowerCase();
  if (!wanted) table.clearFilter(true);
  else table.setFilter((row) => row.label.toLocaleLowerCase().includes(wanted));
}

// All rows as a plain table for paper, in the order that is seen.
function paperTable(table, spec, words, figures) {
  const heads = [spec.head, ...spec.metrics.map((metric) => metric.label)];
  const body = table.getRows("active").map((row) => {
    const data = row.getData();
    return h("tr", {}, h("th", { scope: "row" }, data.label),
      ...spec.metrics.map((metric) => h("td", {},
        figureCell(metric, data.cells[metric.name], figures))));
  });
  return h("table", { class: "paper" },
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...body));
}
