import { startNamedHosts } from '../../net/named-hosts.js';
import { readTrustedCertificate } from '../../net/trusted-certificate.js';
import { startClouds, type Clouds } from '../../start-clouds.js';

/** What a demo of several steps tells and finds out. */
export interface DemoSteps {
	/** Prints the next step under its number. */
	readonly say: (title: string, text: string) => void;
	/** Notes a problem where something is not right. */
	readonly check: (isRight: boolean, problem: string) => void;
}

/**
 * Runs a demo's steps with the stand-ins of Microsoft and Google behind a proxy that leads their real
 * names there. For a process that was started by `runTrusting`.
 *
 * @returns the problems that the steps found
 */
export async function runSteps(
	steps: (clouds: Clouds, demo: DemoSteps) => Promise<void>,
): Promise<string[]> {
	const clouds = await startClouds(readTrustedCertificate());
	const proxy = await startNamedHosts(clouds.ports);
	process.env['HTTPS_PROXY'] = proxy.url;
	process.env['NO_PROXY'] = 'localhost,127.0.0.1';
	const problems: string[] = [];
	let count = 0;
	try {
		await steps(clouds, {
			say: (title, text) => {
				count += 1;
				console.log(`\n── ${String(count)}. ${title}\n${text}\n`);
			},
			check: (isRight, problem) => {
				if (!isRight) problems.push(problem);
			},
		});
		return problems;
	} finally {
		await proxy.close();
		await clouds.close();
	}
}
