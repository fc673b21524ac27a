// What a script adds to the admin. Every screen works without it; each part below looks for its own marks in the
// page and does nothing where there are none.

const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const on = (target, type, listener, options) => target?.addEventListener(type, listener, options);

/** An element from its tag, properties and children. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Where a form goes. Its property `action` may be a button of that name. */
const addressOf = (form) => form.getAttribute('action') ?? location.href;

const wait = (milliseconds, work) => {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), milliseconds);
  };
};

/** Storage may be full or forbidden; what is kept there is only ever a help. */
const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
  },
  drop(key) {
    try { localStorage.removeItem(key); } catch { /* see above */ }
  },
};

const apple = /Mac|iPhone|iPad/.test(navigator.platform);
const withCommand = (event) => (apple ? event.metaKey : event.ctrlKey) && !event.altKey;

/* Light, dark, as the system */
on($('[data-scheme-form]'), 'submit', (event) => {
  const form = event.currentTarget;
  const scheme = event.submitter?.value ?? '';
  event.preventDefault();
  document.documentElement.toggleAttribute('data-scheme', scheme !== '');
  if (scheme) document.documentElement.dataset.scheme = scheme;
  for (const button of $$('button', form)) button.setAttribute('aria-pressed', String(button.value === scheme));
  const data = new FormData(form, event.submitter);
  fetch(addressOf(form), { method: 'POST', body: new URLSearchParams(data), redirect: 'manual' }).catch(() => {});
});

/* The first thing that is wrong comes into view */
$('[data-focus]')?.focus({ preventScroll: false });

/* Filters apply when chosen; the button stays for those without a script and for the search field */
for (const select of $$('select[data-submit]')) on(select, 'change', () => select.form.requestSubmit());

/* Copying, revealing, counting, colours */
for (const input of $$('[data-copy]')) {
  const button = make('button', { type: 'button', className: 'button', textContent: 'Copy' });
  on(button, 'click', async () => {
    input.select();
    try { await navigator.clipboard.writeText(input.value); } catch { document.execCommand('copy'); }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  input.after(button);
}
for (const input of $$('[data-reveal]')) {
  const button = make('button', { type: 'button', className: 'button quiet', textContent: 'Show' });
  button.setAttribute('aria-label', 'Show password');
  on(button, 'click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? 'Hide' : 'Show';
    button.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
  });
  input.after(button);
  on(input.form, 'submit', () => { input.type = 'password'; });
}
for (const field of $$('[data-count]')) {
  const note = make('p', { className: 'help' });
  const count = () => { note.textContent = field.value ? `${[...field.value].length} characters; up to about ${field.dataset.count} are shown` : ''; };
  (field.closest('.control') ?? field).after(note);
  on(field, 'input', count);
  count();
}
for (const output of $$('[data-colour-value]')) {
  on($('input', output.parentElement), 'input', (event) => { output.value = event.target.value; });
}

/* A slug follows its title until someone writes one */
for (const slug of $$('[data-slug-from]')) {
  const source = document.getElementById(slug.dataset.slugFrom);
  const slugOf = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, slug.maxLength > 0 ? slug.maxLength : 80);
  let follows = slug.value === '';
  on(slug, 'input', () => { follows = slug.value === ''; });
  on(source, 'input', () => { if (follows) slug.value = slugOf(source.value); });
}

/* Asking before what hurts */
function ask(text, word, button) {
  return new Promise((answer) => {
    const input = make('input', { autocomplete: 'off', spellcheck: false, required: true, id: 'ask-word' });
    const go = make('button', { className: 'button destroy', textContent: button, disabled: Boolean(word) });
    const stop = make('button', { type: 'button', className: 'button', textContent: 'Cancel' });
    const heading = make('h2', { id: 'ask-text', textContent: text });
    const form = make('form', { method: 'dialog' }, heading);
    if (word) {
      const label = make('label', { htmlFor: 'ask-word' }, 'Type ', make('strong', { textContent: word }), ' to go on');
      form.append(make('div', { className: 'field' }, label, make('div', { className: 'control' }, input)));
      on(input, 'input', () => { go.disabled = input.value !== word; });
    }
    form.append(make('div', { className: 'buttons' }, go, stop));
    const dialog = make('dialog', {}, form);
    dialog.setAttribute('aria-labelledby', 'ask-text');
    document.body.append(dialog);
    let yes = false;
    on(form, 'submit', (event) => {
      if (word && input.value !== word) event.preventDefault();
      else yes = true;
    });
    on(stop, 'click', () => dialog.close());
    on(dialog, 'close', () => { dialog.remove(); answer(yes ? word || 'yes' : null); });
    dialog.showModal();
    (word ? input : stop).focus();
  });
}
on(document, 'submit', async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  const button = event.submitter ?? $('button', form);
  const answer = await ask(form.dataset.confirm, form.dataset.confirmWord ?? '', button.textContent.trim());
  if (answer === null) return button.focus();
  form.append(make('input', { type: 'hidden', name: 'confirm', value: answer }));
  form.dataset.confirmed = '';
  form.requestSubmit(button);
});
for (const input of $$('[data-must-be]')) {
  const button = $('button:not([type="button"])', input.form);
  const check = () => { button.disabled = input.value !== input.dataset.mustBe; };
  on(input, 'input', check);
  check();
}

/* Choosing rows */
for (const form of $$('[data-bulk]')) {
  const boxes = $$('input[name="id"]:not(:disabled)', form);
  const all = $('[data-bulk-all]', form);
  const bar = $('[data-bulk-bar]', form);
  const count = $('[data-bulk-count]', form);
  if (!bar || !all) continue;
  let last = null;
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    bar.classList.toggle('on', chosen > 0);
    bar.hidden = chosen === 0;
    count.textContent = `${chosen} chosen`;
  };
  on(all, 'change', () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) {
    on(box, 'click', (event) => {
      const from = boxes.indexOf(last);
      const to = boxes.indexOf(box);
      if (event.shiftKey && from >= 0) {
        for (const between of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
      }
      last = box;
      show();
    });
    // Up and down move along the rows, so that choosing needs no mouse.
    on(box, 'keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      boxes[boxes.indexOf(box) + step]?.focus();
    });
  }
  on(form, 'keydown', (event) => {
    if (event.key !== 'Escape' || bar.hidden) return;
    for (const box of boxes) box.checked = false;
    show();
  });
  show();
}

/* Leaving with unsaved work, and saving by key */
const guarded = $('[data-guard], [data-editor]');
let dirty = guarded?.hasAttribute('data-dirty') ?? false;
let leaving = false;
const saveState = $('[data-save-state]');
on(guarded, 'input', () => {
  dirty = true;
  if (saveState && !saveState.dataset.kept) saveState.textContent = 'Changes not saved';
});
on(guarded, 'submit', (event) => { if (event.submitter?.formTarget !== 'preview') leaving = true; });
on(window, 'beforeunload', (event) => { if (dirty && !leaving) event.preventDefault(); });
on(document, 'keydown', (event) => {
  if (!withCommand(event) || event.key.toLowerCase() !== 's' || !guarded) return;
  event.preventDefault();
  const button = $('[data-save]', guarded);
  if (button) guarded.requestSubmit(button);
});

/* The editor */
const editor = $('[data-editor]');
if (editor) edit(editor);

function edit(form) {
  const body = $('[data-body]', form);
  const title = $('[data-title]', form);
  const fields = () => Object.fromEntries($$('input:not([type="hidden"], [type="checkbox"], [type="radio"], [type="file"], [type="password"]), textarea', form).filter((field) => field.name && field.name !== 'password').map((field) => [field.name, field.value]));
  const initial = fields();
  const key = `rowhouse:${location.host}${form.dataset.editorBase}:${form.dataset.editor}`;

  // A title is one line however it wraps.
  on(title, 'keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); body.focus(); } });
  on(title, 'input', () => { if (title.value.includes('\n')) title.value = title.value.replace(/\s*\n\s*/g, ' '); });
  keepLocalCopy(form, key, fields, initial);
  autosave(form);
  toolbar(form, body);
  preview(form, body);

  const words = $('[data-words]', form);
  const count = () => {
    const n = body.value.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    words.textContent = n === 0 ? '' : `${n} ${n === 1 ? 'word' : 'words'}, ${Math.max(1, Math.round(n / 220))} min to read`;
  };
  on(body, 'input', wait(400, count));
  count();
}

function keepLocalCopy(form, key, fields, initial) {
  const notice = $('[data-local]');
  const version = form.elements.version.value;
  const kept = store.get(key);
  const differs = kept && Object.entries(kept.fields).some(([name, value]) => initial[name] !== undefined && initial[name] !== value);
  const sent = store.get(`${key}:sent`);
  store.drop(`${key}:sent`);
  // A copy that was just sent and came back as a newer version has done its work.
  if (kept && (!differs || (sent && kept.version !== version))) store.drop(key);
  else if (differs && notice) notice.hidden = false;
  on($('[data-local-restore]'), 'click', () => {
    for (const [name, value] of Object.entries(kept.fields)) {
      const field = form.elements[name];
      if (field instanceof HTMLElement) field.value = value;
    }
    notice.hidden = true;
    form.dispatchEvent(new Event('input', { bubbles: true }));
    form.elements.body.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on($('[data-local-forget]'), 'click', () => { store.drop(key); notice.hidden = true; });
  const keep = () => store.set(key, { version, at: Date.now(), fields: fields() });
  on(form, 'input', wait(800, keep));
  on(form, 'submit', (event) => {
    if (event.submitter?.formTarget) return;
    keep();
    store.set(`${key}:sent`, true);
  });
}

function autosave(form) {
  const address = form.dataset.autosave;
  if (!address) return;
  let stopped = false;
  const say = (text) => { saveState.dataset.kept = '1'; saveState.textContent = text; };
  const save = wait(3000, async () => {
    if (stopped || leaving) return;
    try {
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { accept: 'application/json' } });
      if (answer.ok) {
        const { saved } = await answer.json();
        say(`Draft kept at ${saved}, not saved as a version`);
      } else if (answer.status === 409) {
        stopped = true;
        say('Someone else saved this meanwhile. Save to see both texts.');
      } else {
        say('Not kept on the server; this browser holds your text');
      }
    } catch {
      say('No connection; this browser holds your text');
    }
  });
  on(form, 'input', save);
}

const marks = {
  markdown: {
    bold: ['**', '**'], italic: ['*', '*'], code: ['`', '`'], link: ['[', '](https://)'],
    heading: '## ', list: '- ', quote: '> ',
  },
  html: {
    bold: ['<strong>', '</strong>'], italic: ['<em>', '</em>'], code: ['<code>', '</code>'], link: ['<a href="https://">', '</a>'],
    heading: ['<h2>', '</h2>'], list: ['<ul>\n  <li>', '</li>\n</ul>'], quote: ['<blockquote>', '</blockquote>'],
  },
};

/** Replaces the selection in a way that Ctrl Z takes back. */
function insert(field, text, selectFrom, selectTo) {
  field.focus();
  const at = field.selectionStart;
  if (!document.execCommand('insertText', false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  if (selectFrom !== undefined) field.setSelectionRange(at + selectFrom, at + selectTo);
}

function applyMark(body, format, name) {
  const mark = marks[format]?.[name];
  if (!mark) return;
  const { selectionStart: start, selectionEnd: end, value } = body;
  if (typeof mark === 'string') {
    const from = value.lastIndexOf('\n', start - 1) + 1;
    const lines = value.slice(from, end).split('\n');
    const marked = lines.every((line) => line.startsWith(mark));
    body.setSelectionRange(from, end);
    insert(body, lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join('\n'));
    return;
  }
  const [before, after] = mark;
  const chosen = value.slice(start, end);
  insert(body, before + chosen + after, before.length, before.length + chosen.length);
}

function toolbar(form, body) {
  const bar = $('[data-toolbar]', form);
  const format = form.elements.format;
  const buttons = $$('button', bar);
  bar.hidden = body.readOnly;
  buttons.forEach((button, index) => {
    button.tabIndex = index === 0 ? 0 : -1;
    on(button, 'click', async () => {
      if (button.dataset.mark !== 'image') return applyMark(body, format.value, button.dataset.mark);
      const picked = await pick(button.dataset.picker);
      if (!picked) return button.focus();
      const address = `media:${picked.id}`;
      body.setSelectionRange(body.selectionEnd, body.selectionEnd);
      const quoted = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
      insert(body, format.value === 'html' ? `<img src="${address}" alt="${quoted(picked.alt)}">` : `![${picked.alt.replace(/[[\]]/g, '')}](${address})`);
    });
  });
  on(bar, 'keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const now = buttons.indexOf(document.activeElement);
    const next = buttons[(now + (document.dir === 'rtl' ? -step : step) + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  on(body, 'keydown', (event) => {
    const mark = { b: 'bold', i: 'italic' }[event.key.toLowerCase()];
    if (!mark || !withCommand(event)) return;
    event.preventDefault();
    applyMark(body, format.value, mark);
  });
}

function preview(form, body) {
  const button = $('[data-preview]', form);
  const frame = $('[data-preview-frame]', form);
  const bar = $('[data-toolbar]', form);
  button.formTarget = 'preview';
  button.setAttribute('aria-pressed', 'false');
  on(button, 'click', (event) => {
    const showing = frame.hidden;
    if (!showing) event.preventDefault();
    frame.hidden = !showing;
    body.hidden = showing;
    bar.hidden = showing || body.readOnly;
    button.textContent = showing ? 'Write' : 'Preview';
    button.setAttribute('aria-pressed', String(showing));
    if (!showing) body.focus();
  });
}

/* Choosing from the library in a dialogue: the same page, shown inside */
async function pick(address) {
  const dialog = make('dialog', { className: 'picker' });
  const close = make('button', { type: 'button', className: 'button quiet', textContent: 'Close' });
  const inside = make('div', {}, make('p', { className: 'nothing', textContent: 'Loading…' }));
  dialog.append(make('div', { className: 'dialog-head' }, make('h2', { id: 'pick-head', textContent: 'Choose an image' }), close), inside);
  dialog.setAttribute('aria-labelledby', 'pick-head');
  document.body.append(dialog);
  const load = async (url, options) => {
    try {
      const answer = await fetch(url, options);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const list = $('[data-picker-page]', page);
      inside.replaceChildren(list ?? make('p', { className: 'error', textContent: 'The library could not be shown. Nothing was changed.' }));
      for (const form of $$('[data-upload]', inside)) upload(form, () => load(address));
      $('input[type="search"], a', inside)?.focus();
    } catch {
      inside.replaceChildren(make('p', { className: 'error', textContent: 'No connection. Try again in a moment.' }));
    }
  };
  return new Promise((answer) => {
    let chosen = null;
    on(close, 'click', () => dialog.close());
    on(dialog, 'close', () => { dialog.remove(); answer(chosen); });
    on(inside, 'click', (event) => {
      const link = event.target.closest('a');
      if (!link) return;
      event.preventDefault();
      if (link.dataset.pick) {
        chosen = { id: link.dataset.pick, thumb: link.dataset.thumb, alt: link.dataset.alt, name: link.dataset.name };
        dialog.close();
      } else load(new URL(link.getAttribute('href'), new URL(address, location.href)));
    });
    on(inside, 'submit', (event) => {
      const form = event.target;
      if (form.method !== 'get') return;
      event.preventDefault();
      load(`${address.split('?')[0]}?${new URLSearchParams(new FormData(form))}`);
    });
    dialog.showModal();
    load(address);
  });
}

for (const set of $$('[data-image]')) {
  const value = $('input[type="hidden"]', set);
  const shown = $('[data-image-shown]', set);
  const change = (id, ...children) => {
    value.value = id;
    shown.replaceChildren(...children);
    value.dispatchEvent(new Event('input', { bubbles: true }));
  };
  on($('[data-image-pick]', set), 'click', async (event) => {
    const button = event.currentTarget;
    event.preventDefault();
    const picked = await pick(set.dataset.image);
    button.focus();
    if (!picked) return;
    const picture = picked.thumb ? make('img', { className: 'thumb', src: picked.thumb, alt: picked.alt, width: 160, height: 120 }) : '';
    change(picked.id, picture, make('span', { textContent: picked.name }));
  });
  on($('[data-image-clear]', set), 'click', (event) => { event.preventDefault(); change(''); });
}

/* Uploading by drop and by choice, with words on how it went */
for (const form of $$('[data-upload]')) upload(form, () => location.reload());

function upload(form, done) {
  const input = $('input[type="file"]', form);
  const said = $('[data-upload-said]', form);
  const button = $('button', form);
  form.classList.add('js');
  button.hidden = true;
  const send = async (files) => {
    if (files.length === 0) return;
    const data = new FormData();
    data.append('csrf', form.elements.csrf.value);
    for (const file of files) data.append('file', file);
    said.textContent = `Uploading ${files.length === 1 ? files[0].name : `${files.length} files`}…`;
    try {
      const answer = await fetch(addressOf(form), { method: 'POST', body: data, headers: { accept: 'application/json' } });
      const { problems = [] } = await answer.json();
      if (problems.length > 0 || !answer.ok) said.textContent = problems.map((problem) => `${problem.field}: ${problem.message}`).join(' ') || 'That was not taken.';
      else done();
    } catch {
      said.textContent = 'The upload broke off. Nothing was stored; try again.';
    }
    input.value = '';
  };
  on(input, 'change', () => send([...input.files]));
  on(form, 'dragover', (event) => { event.preventDefault(); form.classList.add('over'); });
  on(form, 'dragleave', () => form.classList.remove('over'));
  on(form, 'drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    send([...event.dataTransfer.files]);
  });
}

/* Moving menu entries without losing one's place */
on(document, 'submit', async (event) => {
  const form = event.target;
  if (!('move' in form.dataset)) return;
  event.preventDefault();
  const { value: action } = event.submitter;
  const address = addressOf(form);
  try {
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter)) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const [old, fresh] = [$('[data-menu]'), $('[data-menu]', page)];
    if (!answer.ok || !fresh) throw new Error('no menu in the answer');
    old.replaceWith(fresh);
    const moved = $$('.moves', fresh).find((other) => addressOf(other) === address);
    const same = moved && $(`button[value="${action}"]`, moved);
    (same?.disabled ? $('button:not(:disabled)', moved) : same)?.focus();
    $('[data-menu-said]', fresh).textContent = 'Moved.';
  } catch {
    leaving = true;
    location.reload();
  }
});

/* Going anywhere by Ctrl K */
const entries = $('#palette-entries');
if (entries) {
  const opener = $('[data-palette]');
  opener.hidden = false;
  if (apple) $('kbd', opener).textContent = '⌘ K';
  on(opener, 'click', palette);
  on(document, 'keydown', (event) => {
    if (!withCommand(event) || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    if (!$('dialog[open]')) palette();
  });
}

function palette() {
  const list = make('div', { role: 'listbox', id: 'palette-list' });
  list.setAttribute('aria-label', 'Places and actions');
  const input = make('input', { type: 'text', placeholder: 'Go to…', autocomplete: 'off', role: 'combobox' });
  for (const [name, value] of Object.entries({ 'aria-label': 'Go to', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list' })) input.setAttribute(name, value);
  const dialog = make('dialog', { className: 'palette' }, input, list);
  dialog.setAttribute('aria-label', 'Go to');
  const all = [...entries.content.cloneNode(true).children];
  all.forEach((entry, index) => { entry.id = `palette-${index}`; entry.setAttribute('role', 'option'); entry.tabIndex = -1; });
  let current = 0;
  const shown = () => $$('a', list);
  const choose = (index) => {
    const now = shown();
    current = now.length === 0 ? 0 : (index + now.length) % now.length;
    now.forEach((entry, at) => entry.setAttribute('aria-selected', String(at === current)));
    now[current]?.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', now[current]?.id ?? '');
  };
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((entry) => words.every((word) => entry.textContent.toLowerCase().includes(word)));
    if (input.value.trim() && editorBase()) found.push(searchFor(input.value.trim()));
    list.replaceChildren(...(found.length > 0 ? found : [make('p', { textContent: 'Nothing by that name.' })]));
    choose(0);
  };
  on(input, 'input', filter);
  on(input, 'keydown', (event) => {
    if (event.key === 'ArrowDown') choose(current + 1);
    else if (event.key === 'ArrowUp') choose(current - 1);
    else if (event.key === 'Enter') shown()[current]?.click();
    else return;
    event.preventDefault();
  });
  on(dialog, 'click', (event) => { if (event.target === dialog) dialog.close(); });
  on(dialog, 'close', () => dialog.remove());
  document.body.append(dialog);
  filter();
  dialog.showModal();
  input.focus();
}

/** Where content (or tenants) can be searched, as far as this user may. */
function editorBase() {
  const base = document.body.dataset.admin;
  return $(`.places a[href="${base}/content"], .places a[href="${base}/tenants"]`)?.getAttribute('href');
}

function searchFor(text) {
  const entry = make('a', { href: `${editorBase()}?q=${encodeURIComponent(text)}`, id: 'palette-search' }, make('span', { textContent: `Search for “${text}”` }));
  entry.setAttribute('role', 'option');
  return entry;
}
