/** Tests of schedules. */
@NullMarked
package ai.ipai.spi.schedule;

import org.jspecify.annotations.NullMarked;
