export default function ({ parentElement, data }) {
  const root = parentElement.querySelector('.root'); root.replaceChildren();
  const make = (tag, cls, text) => { const e = document.createElement(tag); e.className = cls; e.textContent = text; return e; };
  const table = document.createElement('table');
  const head = table.createTHead().insertRow(); head.append(make('th', 'row', ''));
  for (const name of data.columns) head.append(make('th', '', name));
  const body = table.createTBody();
  for (const row of data.rows) {
    const line = body.insertRow(); line.append(make('th', 'row', row.label));
    for (const cell of row.cells) {
      const box = make('td', cell.state, cell.sign); box.title = cell.words; box.setAttribute('aria-label', cell.words);
      line.append(box);
    }
  }
  const scroll = make('div', 'scroll', ''); scroll.append(table);
  const legend = make('div', 'legend', '');
  for (const entry of data.legend) {
    const item = make('span', '', ''); item.append(make('i', entry.state, entry.sign), entry.words); legend.append(item);
  }
  root.append(scroll, legend);
}
