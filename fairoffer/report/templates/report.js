// Filters, sorts and saves the findings, and pages those of the compressed block. Text is only ever set as text.
(async () => {
  const at = id => document.getElementById(id), PAGE = 100;
  const block = at('block');
  const number = text => {
    const found = /[-\u2212]?\d[\d,]*(\.\d+)?/.exec(text);
    return found ? Number(found[0].replaceAll(',', '').replace('\u2212', '-')) : null;
  };
  const cell = text => {
    const safe = /^\s*[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  // A source: heads, size, text(row, column), parts(row) for the CSV, show(rows), and which columns hold numbers.
  const plain = () => {
    const table = at('t-all').parentElement, body = table.tBodies[0];
    const lines = [...body.rows], heads = [...table.tHead.rows[0].cells];
    const names = heads.map(head => (head.dataset.parts || head.textContent).split('|'));
    const split = one => {
      const found = [''];
      for (const node of one.childNodes) node.nodeName === 'BR' ? found.push('') : found[found.length - 1] += node.textContent;
      return found.map(text => text.trim());
    };
    const parts = row => names.flatMap((own, column) => {
      const found = split(lines[row].cells[column]);
      return own.map((_, i) => i < own.length - 1 ? found[i] || '' : found.slice(i).join('; '));
    });
    return {
      heads, csv: names.flat(), size: lines.length, parts,
      numeric: heads.map(head => head.classList.contains('num')),
      text: (row, column) => lines[row].cells[column].textContent,
      match: wanted => row => lines[row].textContent.toLowerCase().includes(wanted),
      show: rows => {
        body.replaceChildren(...rows.map(row => lines[row]));
        at('at').textContent = rows.length ? `${rows.length} of ${lines.length}` : 'no such rows';
      },
    };
  };
  const packed = async () => {
    const bytes = Uint8Array.from(atob(block.textContent), c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const columns = JSON.parse(await new Response(stream).text());
    const size = columns[0][1].length, place = new Array(size);
    columns[0][1].forEach((rank, row) => { place[rank - 1] = row; });
    const names = columns.map(c => c[0]);
    const numbers = new Set(['Rank', 'Cause', 'Existing', 'Comparator', 'Gap', 'Customers', 'A year',
      'Of', 'Share', 'P50', 'P90', 'Largest', 'Net']);
    const value = (row, column) => {
      const [, values, codes] = columns[column];
      return String(values[codes ? codes[place[row]] : place[row]]);
    };
    const heads = names.map(name => {
      const one = document.createElement('th');
      one.scope = 'col';
      one.textContent = name;
      if (numbers.has(name)) one.className = 'num';
      return one;
    });
    at('heads').replaceChildren(...heads);
    let first = 0, shown = [];
    const draw = () => {
      at('rows').replaceChildren(...shown.slice(first, first + PAGE).map(row => {
        const line = document.createElement('tr');
        names.forEach((name, column) => {
          const text = value(row, column), one = line.insertCell();
          one.textContent = text.length > 120 ? text.slice(0, 100) + ' …' : text;
          one.className = numbers.has(name) ? 'num' : text.length > 32 ? 'long' : '';
        });
        return line;
      }));
      const last = Math.min(first + PAGE, shown.length);
      at('at').textContent = shown.length ? `${first + 1} to ${last} of ${shown.length}` : 'no such rows';
      at('prev').disabled = first === 0;
      at('next').disabled = last >= shown.length;
    };
    const turn = by => { first = Math.max(0, Math.min(first + by, shown.length - 1)); draw(); };
    at('prev').onclick = () => turn(-PAGE);
    at('next').onclick = () => turn(PAGE);
    at('paged').hidden = false;
    return {
      heads, csv: names, size, text: value, numeric: names.map(name => numbers.has(name)),
      parts: row => names.map((_, column) => value(row, column)),
      match: wanted => {
        // Each different value of a column is looked at once.
        const tests = columns.map(([, values, codes]) => {
          const found = values.map(one => String(one).toLowerCase().includes(wanted));
          return row => found[codes ? codes[place[row]] : place[row]];
        });
        return row => tests.some(test => test(row));
      },
      show: rows => { shown = rows; first = 0; draw(); },
    };
  };
  const source = block ? await packed() : plain();
  const every = Array.from({length: source.size}, (_, row) => row);
  let kept = every, shown = every, by = null, down = false;
  const compare = (one, other) => one < other ? -1 : one > other ? 1 : 0;
  const draw = () => {
    if (by === null) return source.show(shown = kept);
    const keys = new Map(kept.map(row => {
      const text = source.text(row, by);
      return [row, source.numeric[by] ? number(text) : text.toLowerCase()];
    }));
    // What has no number stands last, either way round; ties stay worst first.
    shown = [...kept].sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      if (one === null || other === null) return (one === null) - (other === null) || a - b;
      return (down ? compare(other, one) : compare(one, other)) || a - b;
    });
    source.show(shown);
  };
  source.heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.onclick = () => {
      // First the way that is worst first, then the other, then as it was.
      const start = source.numeric[column];
      if (by !== column) [by, down] = [column, start];
      else if (down === start) down = !start;
      else by = null;
      source.heads.forEach((one, i) => {
        if (i === by) one.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        else one.removeAttribute('aria-sort');
      });
      draw();
    };
  });
  at('q').oninput = event => {
    const wanted = event.target.value.trim().toLowerCase();
    kept = wanted ? every.filter(source.match(wanted)) : every;
    draw();
  };
  at('save').onclick = () => {
    const link = document.createElement('a');
    const lines = [source.csv, ...shown.map(source.parts)].map(row => row.map(cell).join(','));
    link.href = URL.createObjectURL(new Blob([lines.join('\n') + '\n'], {type: 'text/csv'}));
    link.download = 'findings.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  at('filter').onsubmit = event => event.preventDefault();
  at('filter').hidden = false;
  draw();
})();
