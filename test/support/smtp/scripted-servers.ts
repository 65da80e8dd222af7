import { afterEach } from 'vitest';
import { startScriptedServer, type Script, type ScriptedServer } from './scripted-smtp-server.js';

/**
 * Gives the tests of a file a function that starts a scripted server with implicit TLS; each server
 * is closed after the test that started it.
 */
export function useScriptedServers(): (script?: Script) => Promise<ScriptedServer> {
	const servers: ScriptedServer[] = [];
	afterEach(async () => {
		await Promise.all(servers.splice(0).map((server) => server.close()));
	});
	return async (script) => {
		const server = await startScriptedServer({ tls: 'implicit', ...(script ? { script } : {}) });
		servers.push(server);
		return server;
	};
}

/**
 * The messages a scripted server took. A message that is empty is none: so a client takes back a
 * pipelined DATA for which no recipient was left (RFC 2920 §3.1).
 */
export function takenMessages({ completeMessages }: ScriptedServer): readonly string[] {
	return completeMessages.filter((content) => content !== '');
}
