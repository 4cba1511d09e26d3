// Pages, filters and saves the rows of the compressed block. Text is only ever set as text.
(async () => {
  const at = id => document.getElementById(id), PAGE = 100;
  const bytes = Uint8Array.from(atob(at('block').textContent), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const columns = JSON.parse(await new Response(stream).text());
  const heads = columns.map(c => c[0]);
  const size = Math.max(...columns.map(c => (c[2] || c[1]).length));
  const all = Array.from({length: size}, (_, row) => columns.map(c => c[1][c[2] ? c[2][row] : row]))
    .sort((a, b) => a[0] - b[0]).map(row => row.map(String));
  const numbers = new Set(['Rank', 'Existing', 'Comparator', 'Gap', 'Customers', 'A year']);
  at('heads').replaceChildren(...heads.map(head => {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = head;
    if (numbers.has(head)) cell.className = 'num';
    return cell;
  }));
  let rows = all, first = 0;
  const draw = () => {
    at('rows').replaceChildren(...rows.slice(first, first + PAGE).map(row => {
      const line = document.createElement('tr');
      row.forEach((text, i) => {
        const cell = line.insertCell();
        cell.textContent = text.length > 120 ? text.slice(0, 100) + ' …' : text;
        cell.className = numbers.has(heads[i]) ? 'num' : text.length > 32 ? 'long' : '';
      });
      return line;
    }));
    const last = Math.min(first + PAGE, rows.length);
    at('at').textContent = rows.length ? `${first + 1} to ${last} of ${rows.length}` : 'no such rows';
    at('prev').disabled = first === 0;
    at('next').disabled = last >= rows.length;
  };
  const turn = by => { first = Math.max(0, Math.min(first + by, rows.length - 1)); draw(); };
  at('prev').onclick = () => turn(-PAGE);
  at('next').onclick = () => turn(PAGE);
  at('q').oninput = event => {
    const wanted = event.target.value.toLowerCase();
    rows = all.filter(row => row.some(text => text.toLowerCase().includes(wanted)));
    first = 0;
    draw();
  };
  const cell = text => {
    const safe = /^\s*[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  at('save').onclick = () => {
    const link = document.createElement('a');
    const lines = [heads, ...rows].map(row => row.map(cell).join(','));
    link.href = URL.createObjectURL(new Blob([lines.join('\n') + '\n'], {type: 'text/csv'}));
    link.download = 'findings.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  at('filter').onsubmit = event => event.preventDefault();
  at('filter').hidden = at('paged').hidden = false;
  draw();
})();
