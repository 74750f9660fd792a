"use strict";
// Highlights techniques everywhere at once, sorts tables, slides through pictures. The page works without.

const chosen = new Set();

function show() {
  document.body.classList.toggle("focused", chosen.size > 0);
  document.querySelector(".techniques .all").hidden = chosen.size === 0;
  for (const part of document.querySelectorAll("[data-technique]")) {
    const on = chosen.has(part.dataset.technique);
    part.classList.toggle("chosen", on);
    if (part.tagName === "BUTTON") part.setAttribute("aria-pressed", String(on));
  }
}

function toggle(technique) {
  if (!chosen.delete(technique)) chosen.add(technique);
  show();
}

for (const part of document.querySelectorAll(".techniques [data-technique], svg .technique")) {
  part.addEventListener("click", () => toggle(part.dataset.technique));
}
document.querySelector(".techniques .all").addEventListener("click", () => { chosen.clear(); show(); });

function key(row, column) {
  const cell = row.cells[column];
  if (cell.dataset.order !== undefined) return Number(cell.dataset.order.replace("inf", "Infinity"));
  return column === 0 ? cell.textContent : NaN;
}

function compare(a, b, falling) {
  if (typeof a === "string") return falling ? b.localeCompare(a) : a.localeCompare(b);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b); // what is missing stays last
  return a === b ? 0 : (a < b) === falling ? 1 : -1;
}

for (const head of document.querySelectorAll("thead th")) {
  head.addEventListener("click", () => {
    const falling = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const body = head.closest("table").tBodies[0];
    const rows = [...body.rows].map((row) => [key(row, head.cellIndex), row]);
    rows.sort((a, b) => compare(a[0], b[0], falling));
    body.append(...rows.map(([, row]) => row));
  });
}

for (const slider of document.querySelectorAll(".gallery input")) {
  const steps = slider.dataset.steps.split(" ").map(Number);
  slider.addEventListener("input", () => {
    const step = steps[slider.value];
    slider.parentElement.querySelector("output").textContent = step.toLocaleString("en");
    for (const figure of slider.closest(".gallery").querySelectorAll(".row figure")) {
      const images = [...figure.querySelectorAll("img")];
      const last = images.filter((image) => Number(image.dataset.step) <= step).at(-1) ?? images[0];
      for (const image of images) image.hidden = image !== last;
    }
  });
}
