/** What of a source's columns lands, and what of it looks like personal data. */
@NullMarked
package ai.ipai.ingest.filter;

import org.jspecify.annotations.NullMarked;
