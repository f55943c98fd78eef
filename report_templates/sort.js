"use strict";
/* Tables sort by a column when its head is pressed, by mouse or keyboard. Nothing else:
   no request, no storage. Without scripts the tables stand as they were written. */
(function () {
  var russian = document.documentElement.lang === "ru";
  var collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  // 1,234.5 or 1 234,5; a dash is no value
  function figure(text) {
    var plain = text.replace(/[\s\u00a0]/g, "").replace("\u2212", "-");
    plain = russian ? plain.replace(",", ".") : plain.replace(/,/g, "");
    var found = plain.match(/-?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : null;
  }

  function sort(table, column, head, heads) {
    var down = head.getAttribute("aria-sort") === "ascending";
    var numeric = head.classList.contains("n");
    var body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row, place) {
      var text = row.cells[column] ? row.cells[column].textContent.trim() : "";
      return { row: row, place: place, key: numeric ? figure(text) : text || null };
    });
    rows.sort(function (a, b) {
      if (a.key === null || b.key === null) {
        return (a.key === null) - (b.key === null) || a.place - b.place;
      }
      var order = numeric ? a.key - b.key : collator.compare(a.key, b.key);
      return (down ? -order : order) || a.place - b.place;
    });
    rows.forEach(function (entry) { body.appendChild(entry.row); });
    heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  document.querySelectorAll("table").forEach(function (table) {
    if (!table.tHead || table.classList.contains("grouped") || table.tBodies[0].rows.length < 2) {
      return;
    }
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    var column = 0;
    heads.forEach(function (head) {
      var own = column;
      column += head.colSpan;
      if (head.classList.contains("plain") || !head.textContent.trim()) { return; }
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, own, head, heads); });
    });
  });
})();
