export default function ({ parentElement, data }) {
  const root = parentElement.querySelector('.root'); root.replaceChildren();
  const make = (tag, cls, text) => { const e = document.createElement(tag); e.className = cls; e.textContent = text; return e; };
  const strip = make('div', 'strip', '');
  for (const cell of data.cells) {
    const box = make('div', 'cell ' + cell.state, cell.sign);
    box.style.flexGrow = cell.weight; box.style.flexBasis = 0; box.title = cell.label + ': ' + cell.words;
    box.setAttribute('role', 'img'); box.setAttribute('aria-label', cell.label + ': ' + cell.words);
    strip.append(box);
  }
  const legend = make('div', 'legend', '');
  for (const entry of data.legend) {
    const item = make('span', '', ''); item.append(make('i', entry.state, entry.sign), entry.words + ' ' + entry.count);
    legend.append(item);
  }
  root.append(strip, legend);
}
