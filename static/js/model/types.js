/**
 * The shapes of the model: what a reply becomes (Run), in which order it is told (Timeline), what is seen at a moment (Frame).
 *
 * @typedef {{truncated: true, shape: number[], min: number|null, max: number|null, mean: number|null, norm: number|null, nans: number, infs: number}} Summary
 * @typedef {number | Tensor[] | Summary} Tensor  A scalar, a nested list, or what stands for an array too large to send.
 * @typedef {{line: number, column: number, end_line: number, end_column: number}} Span
 *
 * @typedef {object} RunNode
 * @property {string} id
 * @property {number} index         place in forward order
 * @property {string|null} name     the variable's name
 * @property {string} label         what it is, in plain text: "x·y"
 * @property {string} glyph         what is done, shortly: "+", "sin", "t²"
 * @property {string} op
 * @property {string} noun         what people call it: "product", "input"
 * @property {'input'|'constant'|'op'|'scope'} kind  'scope': a closed one, see `box`
 * @property {number[]} shape
 * @property {Tensor} value
 * @property {Tensor|null} grad     null: not on a differentiable way to the output
 * @property {string[]} scope
 * @property {Span|null} span
 * @property {string|null} formula  TeX
 * @property {string[]} flags
 * @property {string|null} opens    what to ask for to unfold it; null: nothing to unfold
 * @property {Record<string, unknown>} attributes
 * @property {number} level         longest way from the inputs
 * @property {number} backLevel     longest way from the output along edges that carry gradient; -1: none
 * @property {Box|null} [box]       what a closed scope carries: its value is its result's, its gradient the norm of those inside
 *
 * @typedef {object} Box
 * @property {import('./scopes.js').Scope} scope
 * @property {boolean} computes      false: it holds parameters alone, and shows them all
 * @property {string} result        the node inside whose value it shows, if it computes
 * @property {number} nodes         how many are inside
 * @property {number|null} largest  the gradient of largest magnitude inside
 * @property {string} peak          the node inside that has it
 *
 * @typedef {object} Folding        a run in which boxes stand for scopes
 * @property {Run} whole
 * @property {import('./scopes.js').Tree} tree
 * @property {import('./scopes.js').Scope[]} open      outer before inner
 * @property {(edge: RunEdge) => string} wireOf         the shown edge that carries an edge of the whole; itself where it is inside of a box
 * @property {(id: string) => string} shownAs          what stands for a node of the whole: itself, or a box
 *
 * @typedef {object} RunEdge
 * @property {string} id
 * @property {string} source
 * @property {string} target
 * @property {number} slot
 * @property {Tensor|null} local
 * @property {string|null} localFormula
 * @property {Tensor|null} upstream
 * @property {Tensor|null} contribution  null: nothing flows here
 * @property {string[]} [bundle]  the edges of the whole run that this one stands for
 *
 * @typedef {{code: string, message: string, node?: string|null, span?: Span|null}} Note
 * @typedef {{reverse: Tensor, central_difference: Tensor, relative_error: number, ok: boolean, sampled?: number|null}} Check
 *
 * @typedef {object} Run
 * @property {any} reply
 * @property {{program?: string, network?: Record<string, any>, inputs: Record<string, unknown>, detail: 'tensor'|'scalar', open?: readonly string[]}} [asked]  what it is the answer to
 * @property {string} output                 the output node's id
 * @property {RunNode[]} nodes               forward order
 * @property {RunEdge[]} edges
 * @property {(id: string) => RunNode} node
 * @property {(id: string) => RunEdge} edge
 * @property {(id: string) => boolean} has   whether a node has this id
 * @property {(id: string) => boolean} hasEdge
 * @property {{nodes: number, edges: number}} size  known without making them
 * @property {import('./packed_run.js').Columns} [columns]  of a packed run: its numbers by index
 * @property {(id: string) => RunEdge[]} users     edges that leave a node toward what uses it, in the order in which they contribute
 * @property {(id: string) => RunEdge[]} operands  edges into a node, by slot
 * @property {string} signature              structure only
 * @property {boolean} hasArrays
 * @property {Note[]} notes
 * @property {Record<string, Check>} checks
 * @property {Folding|null} folding          null: nothing can be folded
 *
 * @typedef {object} Stop   A settled moment; the pass goes from stop to stop.
 * @property {number} index
 * @property {'forward'|'turn'|'backward'} phase  the seed stop is the turn; it counts as the first backward step
 * @property {'start'|'evaluate'|'seed'|'multiply'|'sum'} kind
 * @property {number} level          forward: column; backward: depth from the output
 * @property {string[]} nodes        at work: evaluated, seeded, multiplying, or receiving
 * @property {string[]} edges
 * @property {string|null} current   the one node the story follows
 * @property {number} duration_ms    from the stop before, at 1×
 * @property {boolean} joined        too short to follow: no columns on the way
 * @property {number} number         1-based within its lane
 * @property {string} say            one sentence
 *
 * @typedef {{nodes: string[], label: string, column: number, forward: number, sum: number|null, multiply: number|null}} Tick
 *   `forward`, `sum`, `multiply` are the stops at which the tick's marks are passed.
 *
 * @typedef {object} Timeline
 * @property {number} length         t runs from 0 to length; whole numbers are settled
 * @property {Stop[]} stops          length + 1 of them
 * @property {Tick[]} ticks          by column
 * @property {number} columns
 * @property {number} turn           index of the seed stop; beyond the last stop if nothing is differentiated
 * @property {number[]} marks        stops at which a level ends
 * @property {import('./plan.js').Plan} plan
 *
 * @typedef {{edge: string, filled: boolean}} Pip
 * @typedef {{label: string, value: Tensor, edge: string}} Term
 * @typedef {{terms: Term[], total: Tensor|null, p: number}} Callout
 *
 * @typedef {object} NodeFrame
 * @property {'hidden'|'arriving'|'shown'} value
 * @property {Tensor|null} grad      the sum so far
 * @property {'none'|'partial'|'done'} gradState
 * @property {Tensor|null} from      the gradient before the sum that is at work, else null
 * @property {number} p              0..1: how far the bar has grown from `from`, or the value has arrived
 * @property {Pip[]} pips            one per use, when there is more than one
 * @property {boolean} active
 * @property {Callout|null} callout
 *
 * @typedef {{upstream: Tensor, local: Tensor|null, contribution: Tensor|null, shownRows: 1|2|3, rule: number}} Column
 *
 * @typedef {object} EdgeFrame
 * @property {'idle'|'forward'|'multiply'|'sum'|'done'|'blocked'} state
 * @property {'show'|'travel'|'gate'|'arrive'|null} stage
 * @property {number} p              0..1 within the stage, eased
 * @property {number} head           bead: 1 at the target (output's side), 0.5 at the gate, 0 at the source
 * @property {boolean} blocked       a local derivative of zero lets nothing pass
 * @property {Column|null} column
 *
 * @typedef {object} Frame
 * @property {number} t
 * @property {Stop} stop             the stop reached, or on the way to
 * @property {'forward'|'turn'|'backward'} phase
 * @property {Map<string, NodeFrame>} nodes   unchanged states are the same objects from frame to frame
 * @property {Map<string, EdgeFrame>} edges
 * @property {string} say
 * @property {string} spoken
 * @property {string|null} current
 */
export {};
