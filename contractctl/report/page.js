"use strict";
// Adds the filter. Without this script the page shows everything, which is what it holds.
(() => {
  const articles = [...document.querySelectorAll("article[data-level]")];
  if (articles.length < 2) return;
  const form = document.createElement("form");
  const levels = new Map();
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const present = new Set(articles.map((article) => article.dataset.level));
  for (const level of ["breaking", "error", "warning", "info", "compatible"].filter((each) => present.has(each))) {
    const box = element("input", { type: "checkbox", checked: true });
    const label = document.createElement("label");
    label.append(box, ` ${level}`);
    levels.set(level, box);
    form.append(label);
  }
  const rules = element("select", { ariaLabel: "Rule" });
  rules.append(element("option", { value: "", textContent: "every rule" }));
  for (const code of [...new Set(articles.map((article) => article.dataset.rule))].sort()) {
    rules.append(element("option", { value: code, textContent: code }));
  }
  // A change concerns the operations that it names, or else the one of its section.
  const concerned = (article) => {
    const own = [...article.querySelectorAll(".operation")];
    const all = own.length ? own : [...(article.closest("section")?.querySelectorAll("h3 .operation") ?? [])];
    return new Set(all.map((each) => each.textContent));
  };
  const operations = new Map(articles.map((article) => [article, concerned(article)]));
  const titles = [...new Set([...operations.values()].flatMap((each) => [...each]))].sort();
  const operation = element("select", { ariaLabel: "Operation" });
  operation.append(element("option", { value: "", textContent: "every operation" }));
  operation.append(...titles.map((title) => element("option", { value: title, textContent: title })));
  const words = element("input", { type: "search", placeholder: "search", ariaLabel: "Search" });
  const shown = element("output", { className: "dim" });
  form.append(rules, ...(titles.length ? [operation] : []), words, shown);
  document.querySelector("main").before(form);

  const texts = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    let count = 0;
    for (const article of articles) {
      const fits = levels.get(article.dataset.level).checked
        && (!rules.value || rules.value === article.dataset.rule)
        && (!operation.value || operations.get(article).has(operation.value))
        && texts.get(article).includes(wanted);
      article.hidden = !fits;
      count += fits;
    }
    for (const group of document.querySelectorAll("section.group")) {
      group.hidden = !group.querySelector("article:not([hidden])");
    }
    shown.value = `${count} of ${articles.length}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a finding that the filter hides shows it all the same.
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    for (let each = target; each; each = each.parentElement) each.hidden = false;
    target.scrollIntoView();
  });
  filter();
})();
