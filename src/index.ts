import { failClosed } from './action/guard.js'
import { main } from './action/run.js'

// The toolkit's tunnel calls what Node deprecates, about which a reader of the log can do nothing.
process.noDeprecation = true
failClosed(() => main(process.env))
