/**
 * HTTP as connectors need it: addresses guarded, answers bounded, failures retried with patience.
 */
@NullMarked
package ai.ipai.connectors.http;

import org.jspecify.annotations.NullMarked;
