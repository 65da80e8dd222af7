import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs npm with install scripts off and resolves with its standard output.
 *
 * @throws Error with npm's own words when npm fails.
 */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
	const { stdout } = await run('npm', [...args, '--ignore-scripts'], {
		cwd,
		// On Windows npm is a batch file, which only a shell starts.
		shell: process.platform === 'win32',
	});
	return stdout;
}

/** Packs the folder `source` into `destination`; resolves with the tarball's name and its files. */
export async function pack(
	source: string,
	destination: string,
): Promise<{ tarball: string; files: string[] }> {
	const output = await npm(['pack', '--json', '--pack-destination', destination], source);
	const [packed] = JSON.parse(output) as { filename: string; files: { path: string }[] }[];
	if (packed === undefined) throw new Error(`npm pack packed nothing: ${output}`);
	return { tarball: packed.filename, files: packed.files.map((file) => file.path) };
}
