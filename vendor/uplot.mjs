// Curves over axes. Its style sheet is linked by what draws them (ui/plot.js), under the strict CSP.
export { default } from 'uplot'
import 'uplot/dist/uPlot.min.css'
