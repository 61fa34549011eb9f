// Formula typesetting. The page calls render(tex, element): it sets no inline HTML, so the strict CSP holds.
import './katex.css'
export { default, render, ParseError } from 'katex'
