import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		root: fileURLToPath(new URL('./', import.meta.url)),
		include: ['tests/**/*.test.ts'],
		globalSetup: ['stage/stage-setup.ts'],
		// One n8n for all, and two cores at most: one file after the other.
		fileParallelism: false,
		pool: 'forks',
		// They end what hangs, on a machine of any speed.
		testTimeout: 400_000,
		hookTimeout: 400_000,
		reporters: ['verbose'],
	},
});
