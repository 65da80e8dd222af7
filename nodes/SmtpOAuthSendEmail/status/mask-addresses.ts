/**
 * A local part (RFC 5321 §4.1.2), with its at-sign as it is or percent-encoded. A run of characters
 * is looked at from its beginning only, so that a long one costs linear time.
 */
const LOCAL_PART =
	/(?<![^\s<>()[\],;:"@])([^\s<>()[\],;:"@])[^\s<>()[\],;:"@]*(?=@|%40)|"[^"\n]{0,200}"(?=@)/gu;

const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;

/** An address literal (RFC 5321 §4.1.3), or what servers write like one. */
const IPV6 = /\[(?:IPv6:)?(?=[^\]]{0,45}:[^\]]{0,45}:)[\da-f:.]{2,45}\]/gi;

/**
 * Hides who is written to and where n8n runs: of a mail address only the first letter and the domain
 * stay (`a***@contoso.com`), of an IP address nothing.
 */
export function maskAddresses(text: string): string {
	return text
		.replace(LOCAL_PART, (_whole, first: string | undefined) => `${first ?? ''}***`)
		.replace(IPV4, '*.*.*.*')
		.replace(IPV6, '[*:*]');
}
