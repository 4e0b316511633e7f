import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { projectRoot } from '../../script/root.js'

describe('updates', () => {
  const config: unknown = parse(readFileSync(join(projectRoot(), '.github', 'dependabot.yml'), 'utf8'))

  it('are proposed for packages and actions, in groups, and a week after they came out', () => {
    const each = {
      directory: '/',
      schedule: { interval: 'weekly' },
      cooldown: { 'default-days': 7 },
    }
    expect(config).toMatchObject({
      version: 2,
      updates: [
        { 'package-ecosystem': 'npm', ...each },
        { 'package-ecosystem': 'github-actions', ...each, groups: { actions: { patterns: ['*'] } } },
      ],
    })
  })

  it('of the bundle come apart from those of tools, since they change dist', () => {
    expect(config).toMatchObject({
      updates: [
        {
          groups: {
            bundle: { 'dependency-type': 'production' },
            tools: { 'dependency-type': 'development' },
          },
        },
        {},
      ],
    })
  })
})

describe('npm in this project', () => {
  it('runs no script of a package as it installs', () => {
    const { stdout } = spawnSync('npm', ['config', 'get', 'ignore-scripts'], {
      cwd: projectRoot(),
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    expect(stdout.trim()).toBe('true')
  })
})
