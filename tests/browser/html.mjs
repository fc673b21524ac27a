// HTML as the standard wants it, in html-validate's words: what is wrong with a page, and on which line.

import { HtmlValidate } from "html-validate";

const standard = new HtmlValidate({ extends: ["html-validate:standard"] });

export async function wrong(text) {
    const report = await standard.validateString(text);
    const messages = report.results.flatMap((result) => result.messages).filter(({ severity }) => severity >= 2);
    return messages.map(({ ruleId, line, message }) => ({ what: `html ${ruleId}`, detail: `${line}: ${message}` }));
}
