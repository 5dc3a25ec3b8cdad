// The script of every page: filters and sorts the rows of its long table. The page contains the source of this one function, so it
// must not use anything outside itself. It only hides, moves and labels what the page has already.
//
// The form has one text field for the name of a row, and selects: the name of a select is that of a `data-` attribute of the rows,
// which lists words between blanks. A head with `data-order` sorts its column: `text` from A, `number` from the largest.

/** The parts of the browser's interface that the script uses. The types of the whole browser would let every other file use
 *  names that Node.js does not have. */
interface PageElement {
  textContent: string | null;
  hidden: boolean;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly childNodes: ArrayLike<PageElement>;
  readonly classList: { add(name: string): void };
  append(...nodes: readonly PageElement[]): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  addEventListener(type: string, listen: (event: { preventDefault(): void }) => void): void;
}
interface PageControl extends PageElement {
  readonly name: string;
  readonly value: string;
}
declare const document: {
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageControl>;
  createElement(tag: string): PageElement;
};
declare const requestAnimationFrame: (work: () => void) => void;

interface Row {
  readonly row: PageElement;
  readonly name: string;
}

/** No function in it has a name, because the bundler would wrap a named one into a helper that a page does not have. */
export function enhance(): void {
  const form = document.querySelector('#filter');
  const output = document.querySelector('#filter output');
  const table = document.querySelector('table.rows');
  const body = document.querySelector('table.rows tbody');
  if (form === null || output === null || table === null || body === null) return;
  const controls = Array.from(document.querySelectorAll('#filter input, #filter select'));
  const heads = Array.from(table.querySelectorAll('thead th'));
  // Thousands of rows are read when the reader first asks for some of them, and not while the page opens.
  let known: Row[] | undefined;
  const content = {
    read(): Row[] {
      known ??= Array.from(body.querySelectorAll('tr'), (row) => ({
        row,
        // The details below a name are not part of it.
        name: (row.querySelector('summary') ?? row.querySelector('th'))?.textContent?.trim() ?? '',
      }));
      return known;
    },
  };

  for (const type of ['input', 'change', 'reset'])
    form.addEventListener(type, () =>
      // After a reset has changed the controls.
      requestAnimationFrame(() => {
        const [wanted = '', ...others] = controls.map(({ value }) => value);
        const choices = others.flatMap((value, index) => {
          const key = controls[index + 1]?.name ?? '';
          return value === '' ? [] : [{ key, word: ` ${value} ` }];
        });
        const rows = content.read();
        let shown = 0;
        for (const { row, name } of rows) {
          const isShown =
            name.toLowerCase().includes(wanted.trim().toLowerCase()) &&
            choices.every(({ key, word }) => ` ${row.dataset[key] ?? ''} `.includes(word));
          row.hidden = !isShown;
          if (isShown) shown++;
        }
        output.textContent = `${shown.toLocaleString('en-US')} of ${rows.length.toLocaleString('en-US')} shown`;
      }),
    );
  form.addEventListener('submit', (event) => event.preventDefault());

  for (const [column, head] of heads.entries()) {
    const { order: kind } = head.dataset;
    if (kind === undefined) continue;
    const button = document.createElement('button');
    button.setAttribute('type', 'button');
    button.append(...Array.from(head.childNodes));
    head.append(button);
    button.addEventListener('click', () => {
      const isText = kind === 'text';
      const first = isText ? 'ascending' : 'descending';
      const other = isText ? 'descending' : 'ascending';
      const order = head.getAttribute('aria-sort') === first ? other : first;
      for (const one of heads) one.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const keyed = content.read().map(({ row, name }) => {
        const text = column === 0 ? name : (row.querySelectorAll('td')[column - 1]?.textContent?.trim() ?? '');
        // The first number of a cell counts: `5 of 6`, `≥ 2,000`. None is the least.
        const key = isText ? text : Number((/\d[\d,]*/.exec(text)?.[0] ?? '-1').replaceAll(',', ''));
        return { row, name, key };
      });
      keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.name < b.name ? -1 : 1));
      body.append(...keyed.map(({ row }) => row));
    });
  }
  form.hidden = false;
  table.classList.add('sortable');
}
