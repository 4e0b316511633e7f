// Loaded before a program: notes, when it ends, which of Node's public modules and which files it has loaded, as JSON.
const { writeFileSync } = require('node:fs')
const { builtinModules } = require('node:module')

const before = new Set(process.moduleLoadList)
const isPublic = (name) => builtinModules.includes(name) && !name.startsWith('_')
process.on('exit', () => {
  const added = process.moduleLoadList.filter((entry) => !before.has(entry))
  const modules = new Set(added.map((entry) => entry.split(' ').at(-1)).filter(isPublic))
  const files = Object.keys(require.cache).filter((file) => file !== __filename)
  writeFileSync(process.env.LOADED_FILE, JSON.stringify({ modules: [...modules].sort(), files }))
})
