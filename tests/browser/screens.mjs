// Visits screens as people do: at two widths, in light and dark. Reads what to visit as JSON from standard
// input, writes pictures for people, and prints what is wrong as JSON: findings of axe, things wider than the
// window, errors in the console, HTML that is not valid.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { wrong } from "./html.mjs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const task = JSON.parse(readFileSync(0, "utf8"));
const widths = [1280, 390];
const schemes = ["light", "dark"];
const faults = [];
mkdirSync(task.pictures, { recursive: true });

const browser = await chromium.launch({
    executablePath: task.chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"],
});

async function signIn(page, who) {
    await page.goto(`${task.base}${who.base}/admin/sign-in`);
    await page.fill('input[name="user"]', who.user);
    await page.fill('input[name="password"]', who.password);
    await Promise.all([page.waitForURL((url) => !url.pathname.endsWith("/sign-in")), page.click("form.form button.primary")]);
}

async function visit(page, screen, label) {
    const fault = (what, detail) => faults.push({ screen: label, what, detail });
    const errors = [];
    const hear = (message) => {
        if (message.type() !== "error") return;
        // the page itself may be asked for because it is an error page
        const missing = message.text().startsWith("Failed to load resource") && message.location().url === page.url();
        if (!missing) errors.push(`${message.text()} (${message.location().url})`);
    };
    page.on("console", hear);
    page.on("pageerror", (error) => errors.push(String(error)));
    const answer = await page.goto(`${task.base}${screen.path}`, { waitUntil: "load" });
    page.off("console", hear);
    page.removeAllListeners("pageerror");
    const status = answer.status();
    if (status !== screen.status) fault("status", `${status} instead of ${screen.status}`);
    errors.forEach((error) => fault("console", error));
    const wide = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= room) return null;
        const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1);
        return out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
    });
    if (wide) fault("wider than the window", wide);
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const violation of found.violations) {
        if (violation.impact !== "serious" && violation.impact !== "critical") continue;
        const where = violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
        fault(`axe ${violation.id}`, where);
    }
    await page.screenshot({ path: `${task.pictures}/${label}.png`, fullPage: true });
    return answer;
}

for (const group of task.groups) {
    for (const width of widths) {
        for (const scheme of schemes) {
            const context = await browser.newContext({
                viewport: { width, height: 800 },
                colorScheme: scheme,
                reducedMotion: "reduce",
            });
            const page = await context.newPage();
            if (group.who) await signIn(page, group.who);
            for (const screen of group.screens) {
                const label = `${group.name}-${screen.name}-${width}-${scheme}`;
                const answer = await visit(page, screen, label);
                if (!group.valid || width !== widths[0] || scheme !== schemes[0]) continue;
                for (const fault of await wrong(await answer.text())) faults.push({ screen: label, ...fault });
            }
            await context.close();
        }
    }
}
await browser.close();
console.log(JSON.stringify(faults));
