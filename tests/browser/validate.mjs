// Fetches pages and checks their HTML, without a browser. Reads which as JSON from standard input, prints what
// is wrong as JSON.

import { readFileSync } from "node:fs";
import { wrong } from "./html.mjs";

const task = JSON.parse(readFileSync(0, "utf8"));
const faults = [];

for (const path of task.paths) {
    const answer = await fetch(task.base + path);
    const text = await answer.text();
    if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/html")) {
        faults.push({ screen: path, what: "status", detail: `${answer.status} ${answer.headers.get("content-type")}` });
        continue;
    }
    for (const fault of await wrong(text)) faults.push({ screen: path, ...fault });
}
console.log(JSON.stringify(faults));
