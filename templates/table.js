"use strict";
// Sorting and filtering of the student table. Without this script the table is complete, sorted by name.
const table = document.getElementById("table");
const body = table.tBodies[0];
const filter = document.getElementById("filter");

function sortKey(row, column) {
  const cell = row.cells[column];
  return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim().toLowerCase();
}

function compare(a, b) {
  return typeof a === "number" ? a - b : a.localeCompare(b);
}

function sortBy(header) {
  const ascending = header.getAttribute("aria-sort") !== "ascending";
  const column = header.cellIndex;
  const rows = Array.from(body.rows);
  rows.sort((a, b) => (ascending ? 1 : -1) * compare(sortKey(a, column), sortKey(b, column)));
  body.append(...rows);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
}

function applyFilter() {
  const wanted = filter.value.trim().toLowerCase();
  let shown = 0;
  for (const row of body.rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    if (!row.hidden) shown += 1;
  }
  document.getElementById("shown").textContent = wanted ? `${shown} of ${body.rows.length} students` : "";
}

for (const header of table.tHead.rows[0].cells) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = header.textContent;
  button.addEventListener("click", () => sortBy(header));
  header.replaceChildren(button);
}
table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
filter.addEventListener("input", applyFilter);
document.querySelector(".filter").hidden = false;
