"use strict";
// Sorting and filtering of tables. Without this script they are complete, in the order that the page tells.
function sortKey(row, column) {
  const cell = row.cells[column];
  return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim().toLowerCase();
}

function compare(a, b) {
  return typeof a === "number" ? a - b : a.localeCompare(b);
}

function sortBy(table, header) {
  const ascending = header.getAttribute("aria-sort") !== "ascending";
  const column = header.cellIndex;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  rows.sort((a, b) => (ascending ? 1 : -1) * compare(sortKey(a, column), sortKey(b, column)));
  body.append(...rows);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
}

function makeSortable(table) {
  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sortBy(table, header));
    header.replaceChildren(button);
  }
}

function makeFilterable(filter) {
  const input = filter.querySelector("input");
  const shown = filter.querySelector("[role=status]");
  const rows = document.getElementById(input.dataset.table).tBodies[0].rows;
  const texts = new Map(Array.from(rows, (row) => [row, row.textContent.toLowerCase()]));
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let count = 0;
    for (const [row, text] of texts) {
      row.hidden = !text.includes(wanted);
      if (!row.hidden) count += 1;
    }
    shown.textContent = wanted ? `${count} of ${texts.size} ${input.dataset.noun}` : "";
  });
  filter.hidden = false;
}

// A link to what is folded unfolds it.
function unfoldTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll(".filter").forEach(makeFilterable);
addEventListener("hashchange", unfoldTarget);
unfoldTarget();
