/** Results and failures as HTTP answers. */
@NullMarked
package ai.ipai.gateway.rest.answer;

import org.jspecify.annotations.NullMarked;
