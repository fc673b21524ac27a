// Light or dark: the visitor's choice goes before the system's. Loaded in the head, so that nothing flashes.
(() => {
  "use strict";
  const root = document.documentElement;
  const key = "rowhouse-scheme";
  const remembered = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be switched off
    }
  };
  const chosen = remembered();
  if (chosen === "light" || chosen === "dark") root.dataset.scheme = chosen;

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-scheme-switch]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      const next = (root.dataset.scheme || system) === "dark" ? "light" : "dark";
      root.dataset.scheme = next;
      try {
        localStorage.setItem(key, next);
      } catch {
        // the choice then lasts for this page
      }
    });
  });
})();
