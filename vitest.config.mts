import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

/**
 * Four kinds of tests, as ARCHITECTURE.md lists them. `transport`, `engine` and `package` start
 * real servers, n8n's engine or npm, and so get more time. The limits are wide, so that a busy machine
 * fails no test; no test decides anything by a timing.
 */
const project = (name: string, testTimeout: number, globalSetup: string[] = []) => ({
	extends: true as const,
	test: {
		name,
		include: [`test/${name}/**/*.test.ts`],
		globalSetup,
		setupFiles: name === 'unit' ? [] : ['test/support/net/single-address.ts'],
		testTimeout,
		hookTimeout: 2 * testTimeout,
	},
});

const require = createRequire(import.meta.url);

export default defineConfig({
	resolve: {
		// The CommonJS build, as n8n and the built node load it: else there would be two classes of
		// each error, one for the node and one for the engine.
		alias: [{ find: /^n8n-workflow$/, replacement: require.resolve('n8n-workflow') }],
	},
	test: {
		pool: 'forks',
		maxWorkers: 2,
		// As the time-outs: for what never happens.
		expect: { poll: { timeout: 60_000 } },
		projects: [
			project('unit', 60_000),
			project('transport', 90_000),
			project('engine', 120_000, ['test/support/n8n/trust-sandbox.ts']),
			project('package', 240_000),
		],
		coverage: {
			provider: 'v8',
			// `dist`: the engine tests run the built node, whose source maps (`npm run build:maps`) lead
			// back to the sources.
			include: ['nodes/**/*.ts', 'credentials/**/*.ts', 'dist/**/*.js'],
			reporter: ['text-summary', 'html'],
			thresholds: { lines: 95, statements: 93, functions: 93, branches: 88 },
		},
	},
});
