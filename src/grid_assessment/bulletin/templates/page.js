// Bundled with vega-embed, which gives vegaEmbed: charts come alive, tables can be sorted.
const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
const next = { none: "ascending", ascending: "descending", descending: "none" };

// Numbers by their exact value, texts by Chinese collation; cells without a value come last.
function compare(left, right, isText, direction) {
  if (isText) {
    return direction * collator.compare(left.textContent, right.textContent);
  }
  const [a, b] = [left, right].map((cell) => cell.dataset.value);
  if (a === undefined || b === undefined) {
    return (a === undefined) - (b === undefined);
  }
  return direction * (Number(a) - Number(b));
}

function makeSortable(table) {
  const body = table.tBodies[0];
  const asPrinted = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = next[head.getAttribute("aria-sort")];
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", order);
      const isText = head.dataset.kind === "text";
      const direction = order === "descending" ? -1 : 1;
      const rows = [...asPrinted];
      if (order !== "none") {
        rows.sort((a, b) => compare(a.cells[column], b.cells[column], isText, direction));
      }
      body.append(...rows);
    });
  });
}

// Expressions are interpreted (ast): the page's policy allows no code made from text.
async function bringToLife(figure) {
  const specification = JSON.parse(figure.querySelector("script").textContent);
  figure.classList.add("is-live");
  try {
    await vegaEmbed(figure.querySelector(".live"), specification, {
      actions: false,
      ast: true,
      renderer: "svg",
    });
  } catch (error) {
    figure.classList.remove("is-live");
    throw error;
  }
}

document.querySelectorAll("table").forEach(makeSortable);
document.querySelectorAll("figure.chart").forEach(bringToLife);
if (window.innerWidth < 1040) {
  document.querySelector("nav details").open = false;
}
