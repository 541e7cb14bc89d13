/** Tests of the interface alone. */
@NullMarked
package ai.ipai.gateway.rest.standalone;

import org.jspecify.annotations.NullMarked;
