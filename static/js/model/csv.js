/**
 * A table of numbers from text: commas, semicolons or tabs, quotes as in RFC 4180, a line of names or none. What can't be
 * read is told with its row and column. Pure.
 */

/** @typedef {{names: string[], rows: number[][], classes: string[]|null}} Points  the last column is the target; `classes`: what its class numbers are called */
/** @typedef {{points: Points|null, errors: string[]}} Read */

export const MOST_ROWS = 2000;
const MOST_ERRORS = 5, MOST_CLASSES = 10;

/** @param {string} text @returns {Read} */
export function readTable(text) {
  const lines = cellsOf(text.replace(/^\uFEFF/, ''), delimiterOf(text));
  if (!lines.length) return failed('table: is empty, must have a row for each example — paste rows such as 0.5, 1.2, 0');
  const width = lines[0].length, hasNames = lines[0].every((cell) => numberIn(cell) === null) && lines.length > 1;
  const names = hasNames ? lines[0] : Array.from({length: width}, (_, i) => (i === width - 1 ? 'y' : `x${i + 1}`));
  const rows = hasNames ? lines.slice(1) : lines;
  if (width < 2) return failed('table: has 1 column, must have 2 or more — the last one is what is to be learned');
  if (width > 65) return failed(`table: has ${width} columns, must have at most 65`);
  if (rows.length > MOST_ROWS) return failed(`table: has ${rows.length} rows, the limit is ${MOST_ROWS} — leave some out`);
  return numbersOf(rows, names, hasNames ? 2 : 1);
}

/** @param {string} error @returns {Read} */
const failed = (error) => ({points: null, errors: [error]});

/** @param {string[][]} rows @param {string[]} names @param {number} first the first row's number in the text @returns {Read} */
function numbersOf(rows, names, first) {
  const width = names.length, words = [...new Set(rows.map((row) => row[width - 1] ?? ''))].sort();
  const isNamed = words.some((word) => numberIn(word) === null) && words.every((word) => word !== '') && words.length <= MOST_CLASSES;
  /** @type {string[]} */
  const errors = [];
  const numbers = rows.map((row, i) => {
    if (row.length !== width) errors.push(`row ${i + first}: has ${row.length} column${row.length === 1 ? '' : 's'}, must have ${width} as the first`);
    return row.slice(0, width).map((cell, j) => {
      if (isNamed && j === width - 1) return words.indexOf(cell);
      const number = numberIn(cell);
      if (number === null) errors.push(`row ${i + first}, column ${j + 1}: is ${cell ? `“${cell}”` : 'empty'}, must be a number`);
      return number ?? 0;
    });
  });
  if (errors.length > MOST_ERRORS) errors.splice(MOST_ERRORS, Infinity, `and ${errors.length - MOST_ERRORS} more`);
  return errors.length ? {points: null, errors} : {points: {names, rows: numbers, classes: isNamed ? words : null}, errors};
}

/** Whether targets are numbers of classes: whole, from 0, few. @param {Points} points */
export function isClasses({rows, classes}) {
  const found = new Set(rows.map((row) => row[row.length - 1]));
  return classes !== null || (found.size >= 2 && found.size <= MOST_CLASSES && [...found].every((each) => Number.isInteger(each) && each >= 0 && each < MOST_CLASSES));
}

/** The mark between cells: the one that the first line has most of. @param {string} text */
function delimiterOf(text) {
  const line = text.split(/\r?\n/).find((each) => each.trim()) ?? '';
  const counts = ['\t', ';', ','].map((mark) => /** @type {const} */ ([mark, line.split(mark).length]));
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/** A decimal comma counts where commas part nothing: “0,5;1”. @param {string} cell @returns {number|null} */
function numberIn(cell) {
  const text = cell.trim().replace(/^([-+]?\d+),(\d+)$/, '$1.$2').replace('−', '-');
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}

/** Rows of cells; empty lines are left out. @param {string} text @param {string} mark @returns {string[][]} */
function cellsOf(text, mark) {
  const rows = /** @type {string[][]} */ ([]);
  let row = /** @type {string[]} */ ([]), cell = '', quoted = false;
  const endCell = () => { row.push(cell.trim()); cell = ''; };
  const endRow = () => { endCell(); if (row.length > 1 || row[0] !== '') rows.push(row); row = []; };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') { cell += c; i += 1; }
      else quoted = false;
    } else if (c === '"' && cell.trim() === '') { quoted = true; cell = ''; }
    else if (c === mark) endCell();
    else if (c === '\n' || c === '\r') endRow();
    else cell += c;
  }
  endRow();
  return rows;
}
