/** Tests of descriptions of schemas. */
@NullMarked
package ai.ipai.gateway.rest.openapi;

import org.jspecify.annotations.NullMarked;
