// The script of the page: filters and sorts the families. The page contains the source of this one function, so it must not
// use anything outside itself. It only hides, moves and labels what the page has already.

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
  /** Verdicts, rules and sources, each between blanks. */
  readonly sets: readonly string[];
  readonly numbers: readonly number[];
}

/** No function in it has a name, because the bundler would wrap a named one into a helper that a page does not have. */
export function enhance(): void {
  const form = document.querySelector('#filter');
  const output = document.querySelector('#filter output');
  const table = document.querySelector('table.families');
  const body = document.querySelector('table.families tbody');
  if (form === null || output === null || table === null || body === null) return;
  const controls = Array.from(document.querySelectorAll('#filter input, #filter select'));
  const heads = Array.from(table.querySelectorAll('thead th'));
  // Thousands of rows are read when the reader first asks for some of them, and not while the page opens.
  let known: Row[] | undefined;
  const content = {
    read(): Row[] {
      known ??= Array.from(body.querySelectorAll('tr'), (row) => ({
        row,
        name: row.querySelector('summary')?.textContent ?? '',
        sets: ['v', 'r', 's'].map((key) => ` ${row.dataset[key] ?? ''} `),
        numbers: Array.from(row.querySelectorAll('td'), (cell) =>
          Number.parseInt((cell.textContent ?? '').replaceAll(',', ''), 10),
        ),
      }));
      return known;
    },
  };

  for (const type of ['input', 'change', 'reset'])
    form.addEventListener(type, () =>
      // After a reset has changed the controls.
      requestAnimationFrame(() => {
        const [family = '', ...choices] = controls.map((control) => control.value);
        const rows = content.read();
        let shown = 0;
        for (const { row, name, sets } of rows) {
          const isShown =
            name.toLowerCase().includes(family.trim().toLowerCase()) &&
            choices.every((choice, index) => choice === '' || sets[index]?.includes(` ${choice} `));
          row.hidden = !isShown;
          if (isShown) shown++;
        }
        output.textContent = `${shown.toLocaleString('en-US')} of ${rows.length.toLocaleString('en-US')} shown`;
      }),
    );
  form.addEventListener('submit', (event) => event.preventDefault());

  for (const [column, head] of heads.entries()) {
    // The strips have no order.
    if (column === 1) continue;
    const button = document.createElement('button');
    button.setAttribute('type', 'button');
    button.append(...Array.from(head.childNodes));
    head.append(button);
    button.addEventListener('click', () => {
      // Names begin with the first, numbers with the largest.
      const first = column === 0 ? 'ascending' : 'descending';
      const other = column === 0 ? 'descending' : 'ascending';
      const order = head.getAttribute('aria-sort') === first ? other : first;
      for (const one of heads) one.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const rows = content.read();
      rows.sort((a, b) => {
        const byNumber = column === 0 ? 0 : (a.numbers[column - 1] || 0) - (b.numbers[column - 1] || 0);
        return byNumber === 0 ? (a.name < b.name ? -1 : 1) * (column === 0 ? sign : 1) : byNumber * sign;
      });
      body.append(...rows.map(({ row }) => row));
    });
  }
  form.hidden = false;
  table.classList.add('sortable');
}
