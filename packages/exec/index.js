// Stands in for @actions/exec, which @actions/core imports, by npm's overrides: the core would run programs with it to
// tell what machine it is on, which no step here asks.

export function getExecOutput() {
  return Promise.reject(new Error('@actions/exec is not part of this action'))
}
