/**
 * Puts one batch into its table: values encoded, misfits rescued, keys merged, gone rows marked.
 */
@NullMarked
package ai.ipai.ingest.load;

import org.jspecify.annotations.NullMarked;
