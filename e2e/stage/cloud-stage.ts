import { afterAll, beforeAll, inject } from 'vitest';

import { type NamedHosts, startNamedHosts } from '../../sandbox/net/named-hosts.js';
import { readTrustedCertificate } from '../../sandbox/net/trusted-certificate.js';
import { type Clouds, startClouds } from '../../sandbox/start-clouds.js';
import { pictureFailures } from '../ui/failure-pictures.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';
import { TRIGGER, sendWorkflow } from './test-workflow.js';

/**
 * Starts the stand-ins of the providers under their real names and opens n8n's editor for the tests
 * of the suite that calls it, and closes both after them.
 *
 * @returns what is there from the suite's own `beforeAll` on
 */
export function useCloudStage(options: Parameters<typeof startClouds>[1] = {}) {
	let clouds: Clouds;
	let proxy: NamedHosts;
	let ui: UiSession;

	beforeAll(async () => {
		clouds = await startClouds(readTrustedCertificate(), options);
		proxy = await startNamedHosts(clouds.ports, inject('proxyPort'));
		ui = await openUiSession();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await proxy?.close();
		await clouds?.close();
	});

	return {
		clouds: () => clouds,
		ui: () => ui,
		/** Runs a workflow with the node, its `parameters`, and the newest credential. */
		async run(name: string, parameters: Readonly<Record<string, unknown>>) {
			const credential = await ui.client.newestCredential();
			const workflow = await ui.client.createWorkflow(sendWorkflow(name, credential, parameters));
			return await ui.client.runWorkflow(workflow, TRIGGER);
		},
	};
}
