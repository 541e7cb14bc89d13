/** The HTTP front: routes, limits, request ids, problem answers. */
@NullMarked
package ai.ipai.gateway.http;

import org.jspecify.annotations.NullMarked;
