/** A schema described for programs that read OpenAPI 2.0, as PostgREST describes it at its root. */
@NullMarked
package ai.ipai.gateway.rest.openapi;

import org.jspecify.annotations.NullMarked;
