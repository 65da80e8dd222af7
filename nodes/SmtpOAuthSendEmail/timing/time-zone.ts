/** The time zone itself (an IANA name), or `UTC` where this Node.js does not know it. */
export function knownTimeZone(name: string): string {
	try {
		Intl.DateTimeFormat('en', { timeZone: name });
		return name;
	} catch {
		return 'UTC';
	}
}
