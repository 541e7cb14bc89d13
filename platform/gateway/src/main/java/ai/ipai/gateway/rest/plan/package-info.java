/** Requests resolved against the catalog. */
@NullMarked
package ai.ipai.gateway.rest.plan;

import org.jspecify.annotations.NullMarked;
