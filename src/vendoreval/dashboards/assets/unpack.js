// From text to columns: base64, inflate, narrow whole numbers. 0 means unknown, else value + 1;
// columns of 8 bytes hold the value itself, and no number where it is unknown.

const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array };

async function inflate(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Return a function that reads one row of a column; NaN where it is unknown.
function column(buffer, place, rows) {
  const width = place.bytes;
  const data = new KINDS[width](buffer.slice(place.from, place.from + rows * width));
  if (width === 8) return (row) => data[row];
  return (row) => (data[row] === 0 ? NaN : data[row] - 1);
}

async function unpack(vendors, text) {
  const buffer = await inflate(text);
  for (const vendor of vendors) {
    vendor.facts = new Map();
    vendor.days = new Int32Array(vendor.rows);
    vendor.agentOf = new Int32Array(vendor.rows);
    for (const place of vendor.columns) {
      const read = column(buffer, place, vendor.rows);
      if (place.name === "day") {
        // steps from the row before
        let day = vendor.firstDay;
        for (let row = 0; row < vendor.rows; row += 1) {
          day += read(row);
          vendor.days[row] = day;
        }
      } else if (place.name === "agent") {
        for (let row = 0; row < vendor.rows; row += 1) vendor.agentOf[row] = read(row);
      } else {
        vendor.facts.set(place.name, read);
      }
    }
  }
}
