import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `npm run test:e2e -- [--n8n <version>] [--screenshots] [files …]

  --n8n          n8n's version (as N8N_VERSION)
  --screenshots  renews the pictures in docs/images (as UPDATE_SCREENSHOTS=1)`;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		n8n: { type: 'string' },
		screenshots: { type: 'boolean', default: false },
		help: { type: 'boolean', short: 'h', default: false },
	},
});

if (values.help) {
	console.log(USAGE);
} else {
	const child = spawn(
		process.execPath,
		[
			fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)),
			'run',
			'--config',
			fileURLToPath(new URL('vitest.config.ts', import.meta.url)),
			...positionals,
		],
		{
			stdio: 'inherit',
			cwd: fileURLToPath(new URL('../', import.meta.url)),
			env: {
				...process.env,
				...(values.n8n === undefined ? {} : { N8N_VERSION: values.n8n }),
				...(values.screenshots ? { UPDATE_SCREENSHOTS: '1' } : {}),
			},
		},
	);
	// The terminal sends Ctrl-C to Vitest as well; it tears down and reports, this one waits.
	process.on('SIGINT', () => undefined);
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
}
