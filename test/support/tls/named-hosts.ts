import {
	startNamedHosts,
	type NamedHost,
	type NamedHosts,
} from '../../../sandbox/net/named-hosts.js';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'] as const;

/**
 * Leads real names to servers on loopback for this process, as a company's proxy would: n8n reads
 * HTTPS_PROXY at each request. Loopback itself stays without a proxy. Until `close`, which puts the
 * environment back.
 *
 * @param ports the port on loopback that stands in for each name; its server shows
 * `readTrustedCertificate()`, which processes of the project `engine` trust
 */
export async function useNamedHosts(
	ports: Readonly<Partial<Record<NamedHost, number>>>,
): Promise<NamedHosts> {
	const proxy = await startNamedHosts(ports);
	const before = VARIABLES.map((name) => [name, process.env[name]] as const);
	for (const name of VARIABLES) delete process.env[name];
	process.env['HTTPS_PROXY'] = proxy.url;
	process.env['NO_PROXY'] = 'localhost,127.0.0.1';
	return {
		...proxy,
		async close() {
			for (const [name, value] of before) {
				if (value === undefined) Reflect.deleteProperty(process.env, name);
				else process.env[name] = value;
			}
			await proxy.close();
		},
	};
}
